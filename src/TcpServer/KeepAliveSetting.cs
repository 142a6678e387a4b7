using SumSocket.Sockets;

namespace SumSocket.Apps;

/// <summary>Keep-alive as the command line writes it: <c>15s/15s/9</c>, or <c>none</c>.</summary>
/// <param name="Value">The setting; null for none.</param>
internal readonly record struct KeepAliveSetting(KeepAlive? Value)
{
    public static bool TryParse(string text, out KeepAliveSetting setting)
    {
        setting = default;
        if (text is "none" or "0")
            return true;
        string[] parts = text.Split('/');
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
