namespace SumSocket.Commands.Bench;

/// <summary>An instant as <c>--start-at</c> takes it: ISO 8601, or a time of today.</summary>
/// <param name="Text">How the user wrote it.</param>
/// <param name="Instant">What it means.</param>
internal sealed record StartTime(string Text, DateTimeOffset Instant)
{
    private static readonly TimeSpan _furthest = TimeSpan.FromDays(1); // a date that is further off is a typing error

    private static readonly string[] _dates =
        ["yyyy-MM-ddTHH:mmK", "yyyy-MM-ddTHH:mm:ssK", "yyyy-MM-ddTHH:mm:ss.FFFFFFFK"];

    private static readonly string[] _times = ["HH:mm", "HH:mm:ss", "HH:mm:ss.FFFFFFF"];

    /// <summary>Reads one; null when it is none. Without an offset it is local time.</summary>
    public static StartTime? Parse(string text, DateTimeOffset now)
    {
        if (DateTimeOffset.TryParseExact(
            text, _dates, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out DateTimeOffset instant))
            return new StartTime(text, instant);
        return TimeOnly.TryParseExact(text, _times, CultureInfo.InvariantCulture, DateTimeStyles.None, out TimeOnly time)
            ? new StartTime(text, new DateTimeOffset(now.ToLocalTime().Date + time.ToTimeSpan()))
            : null;
    }

    /// <summary>Why nothing can start then; null when it can. At a start that is over the others have begun without this.</summary>
    public string? Refusal(DateTimeOffset now) => (Instant - now) switch
    {
        var left when left <= TimeSpan.Zero => $"'{Text}' is over, it is {BenchJson.Instant(now)}: give an instant to come",
        var left when left > _furthest => $"'{Text}' is more than a day from now: give an instant within it",
        _ => null,
    };
}
