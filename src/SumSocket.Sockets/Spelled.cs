using System.Globalization;

namespace SumSocket.Sockets;

/// <summary>A span of time as the command line and messages have it: <c>10s</c>, <c>1m30s</c>, <c>300ms</c>, <c>none</c>.</summary>
internal readonly record struct Spelled(TimeSpan Span)
{
    private static readonly (string Name, TimeSpan Length)[] _whole = [("h", TimeSpan.FromHours(1)), ("m", TimeSpan.FromMinutes(1))];

    /// <summary>The shortest spelling that reads back as the same span.</summary>
    public override string ToString()
    {
        if (Span == Timeout.InfiniteTimeSpan)
            return "none";
        if (Span < TimeSpan.FromSeconds(1))
            return string.Create(CultureInfo.InvariantCulture, $"{Span.TotalMilliseconds:0.####}ms");
        string text = "";
        long rest = Span.Ticks;
        foreach ((string name, TimeSpan length) in _whole)
        {
            if (rest >= length.Ticks)
                text += string.Create(CultureInfo.InvariantCulture, $"{rest / length.Ticks}{name}");
            rest %= length.Ticks;
        }

        return rest == 0 ? text : text + string.Create(
            CultureInfo.InvariantCulture, $"{(decimal)rest / TimeSpan.TicksPerSecond:0.#######}s");
    }
}
