using SumSocket.Sockets;

namespace SumSocket.Cli.Options;

/// <summary>A span of time as the command lines write it: <c>300ms</c>, <c>10s</c>, <c>1m30s</c>, <c>2h</c>, <c>1.5s</c>; a bare number is
/// seconds; <c>none</c> and <c>0</c> are no limit.</summary>
/// <param name="Value">The span, 1 ms to 24 days as it is read; <see cref="Timeout.InfiniteTimeSpan"/> for no limit.</param>
internal readonly record struct Duration(TimeSpan Value)
{
    // Timers and TCP_USER_TIMEOUT count milliseconds, the latter in 31 bits.
    private static readonly TimeSpan _shortest = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan _longest = TimeSpan.FromDays(24);

    // In falling order, which is the only order a duration may have them in.
    private static readonly (string Name, TimeSpan Length)[] _units =
    [
        ("h", TimeSpan.FromHours(1)), ("m", TimeSpan.FromMinutes(1)), ("s", TimeSpan.FromSeconds(1)), ("ms", TimeSpan.FromMilliseconds(1)),
    ];

    public static Duration None { get; } = new(Timeout.InfiniteTimeSpan);

    public bool IsNone => Value == Timeout.InfiniteTimeSpan;

    /// <summary>The span, where no limit means no time at all.</summary>
    public TimeSpan OrZero => IsNone ? TimeSpan.Zero : Value;

    /// <summary>Reads a duration; false for anything else, and for one that is negative, under 1 ms or over 24 days.</summary>
    public static bool TryParse(string text, out Duration duration)
    {
        duration = None;
        if (text == "none")
            return true;
        if (!TryReadParts(text, out decimal ticks))
            return false;
        if (ticks == 0)
            return true;
        duration = new Duration(TimeSpan.FromTicks((long)Math.Min(ticks, long.MaxValue)));
        return duration.Value >= _shortest && duration.Value <= _longest;
    }

    /// <summary>The shortest spelling that reads back as the same duration.</summary>
    public override string ToString() => new Spelled(Value).ToString();

    private static bool TryReadParts(string text, out decimal ticks)
    {
        ticks = 0;
        int at = 0;
        int smallestSoFar = -1;
        while (at < text.Length)
        {
            int start = at;
            while (at < text.Length && (char.IsAsciiDigit(text[at]) || text[at] == '.'))
                at++;
            // 12 characters hold any span up to the longest, to the tick.
            if (at - start > 12 || !decimal.TryParse(
                text.AsSpan(start, at - start), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal number))
                return false;
            start = at;
            while (at < text.Length && char.IsAsciiLetter(text[at]))
                at++;
            string name = text[start..at];
            if (name.Length == 0 && smallestSoFar < 0 && at == text.Length)
                name = "s";
            int unit = Array.FindIndex(_units, candidate => candidate.Name == name);
            if (unit <= smallestSoFar)
                return false;
            smallestSoFar = unit;
            ticks += number * _units[unit].Length.Ticks;
        }

        return smallestSoFar >= 0;
    }
}
