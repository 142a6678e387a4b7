using System.Globalization;
using SumSocket.Cli.Options;
using SumSocket.Sockets;

namespace SumSocket.Apps;

/// <summary>Keep-alive as the command line writes it: <c>15s/15s/9</c>, or <c>none</c>.</summary>
/// <param name="Value">The setting; null for none.</param>
internal readonly record struct KeepAliveSetting(KeepAlive? Value)
{
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(32_767); // MAX_TCP_KEEPIDLE, linux/tcp.h
    private const int MostProbes = 127; // MAX_TCP_KEEPCNT

    public static bool TryParse(string text, out KeepAliveSetting setting)
    {
        setting = default;
        if (text is "none" or "0")
            return true;
        string[] parts = text.Split('/');
        if (parts.Length != 3 || !TryReadSeconds(parts[0], out TimeSpan idle) || !TryReadSeconds(parts[1], out TimeSpan interval)
            || !int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out int probes) || probes is < 1 or > MostProbes)
            return false;
        setting = new KeepAliveSetting(new KeepAlive(idle, interval, probes));
        return true;
    }

    public override string ToString() =>
        Value is null ? "none" : string.Create(CultureInfo.InvariantCulture, $"{new Duration(Value.Idle)}/{new Duration(Value.Interval)}/{Value.Probes}");

    /// <summary>The kernel takes whole seconds, and would read a fraction as fewer of them.</summary>
    private static bool TryReadSeconds(string text, out TimeSpan value)
    {
        bool good = Duration.TryParse(text, out Duration duration);
        value = duration.Value;
        return good && !duration.IsNone && value <= _longest && value.Ticks % TimeSpan.TicksPerSecond == 0;
    }
}
