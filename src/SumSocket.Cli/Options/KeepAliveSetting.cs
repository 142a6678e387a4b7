using SumSocket.Sockets;

namespace SumSocket.Cli.Options;

/// <summary>Keep-alive as the command line writes it: <c>15s/15s/9</c>, the same in short, <c>15s</c>, or <c>none</c>.</summary>
/// <param name="Value">The setting; null for none.</param>
internal readonly record struct KeepAliveSetting(KeepAlive? Value)
{
    /// <summary>The option <c>--keep-alive</c>.</summary>
    /// <param name="defaultValue">Its default; null for none.</param>
    /// <param name="peer">What is probed: <c>client</c> or <c>server</c>.</param>
    public static Option<KeepAliveSetting> Option(KeepAlive? defaultValue, string peer) => CliOption.Value(
        "--keep-alive", [], "none|TIME|IDLE/INTERVAL/PROBES", new KeepAliveSetting(defaultValue),
        $"Probes a silent {peer} after IDLE, every INTERVAL, and gives it up after PROBES without an answer (whole seconds; TIME = "
        + $"TIME/TIME/{KeepAlive.Default.Probes}; none = never)",
        TryParse,
        "is not a keep-alive setting: give idle time, interval and probes such as 15s/15s/9 (1s to 32767s, 1 to 127), or 15s, or none");

    /// <summary>The option <c>--user-timeout</c>.</summary>
    /// <param name="defaultValue">Its default.</param>
    /// <param name="peer">What is given up: <c>client</c> or <c>server</c>.</param>
    public static Option<Duration> UserTimeout(TimeSpan defaultValue, string peer) => CliOption.Duration(
        "--user-timeout", [], new Duration(defaultValue),
        $"How long sent bytes may stay unacknowledged before the {peer} is given up (Linux)", "the system's");

    public static bool TryParse(string text, out KeepAliveSetting setting)
    {
        setting = default;
        if (text is "none" or "0")
            return true;
        string[] parts = text.Split('/');
        if (parts is [var both])
            parts = [both, both, KeepAlive.Default.Probes.ToString(CultureInfo.InvariantCulture)];
        if (parts.Length != 3 || !TryReadSpan(parts[0], out TimeSpan idle) || !TryReadSpan(parts[1], out TimeSpan interval)
            || !int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out int probes))
            return false;
        KeepAlive value = new(idle, interval, probes);
        setting = new KeepAliveSetting(value);
        return value.IsValid;
    }

    public override string ToString() =>
        Value is null ? "none" : string.Create(
            CultureInfo.InvariantCulture, $"{new Duration(Value.Idle)}/{new Duration(Value.Interval)}/{Value.Probes}");

    private static bool TryReadSpan(string text, out TimeSpan value)
    {
        bool good = Duration.TryParse(text, out Duration duration);
        value = duration.Value;
        return good && !duration.IsNone;
    }
}
