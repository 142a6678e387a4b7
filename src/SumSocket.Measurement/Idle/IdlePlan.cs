using SumSocket.Sockets;

namespace SumSocket.Measurement.Idle;

/// <summary>Which silences to try, and how finely.</summary>
internal sealed record IdlePlan
{
    /// <summary>The shortest silence.</summary>
    public required TimeSpan From { get; init; }

    /// <summary>The longest silence; the same as <see cref="From"/> for one alone.</summary>
    public required TimeSpan To { get; init; }

    /// <summary>How far apart, as part of the longer one, the longest silence that lives and the shortest that does not may stay: over 0
    /// to 0.5.</summary>
    public double Resolution { get; init; } = 0.05;

    /// <summary>How many silences of one kind are tried at a time to find the limit between two known ones.</summary>
    public int Parallel { get; init; } = 32;

    /// <summary>How long an answer may take.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The silences that are tried first: each twice the one before it, and the longest.</summary>
    /// <param name="limit">None is as long as this; null for all.</param>
    public IReadOnlyList<TimeSpan> Ladder(TimeSpan? limit = null)
    {
        // What is nearest to a limit of the server that stays clear of it: its clock may be late or early.
        TimeSpan to = limit is { } known && known * 0.95 < To ? Milliseconds(known * 0.9) : To;
        List<TimeSpan> rungs = [];
        for (TimeSpan silence = From; silence < to; silence *= 2)
            rungs.Add(silence);
        if (From <= to)
            rungs.Add(to);
        return rungs;
    }

    /// <summary>Silences between one that lives and one that does not, each the same part longer than the one before it.</summary>
    /// <returns>None when those two are near enough, or can be no nearer.</returns>
    public IReadOnlyList<TimeSpan> Between(TimeSpan lived, TimeSpan died)
    {
        int steps = Steps(lived, died);
        List<TimeSpan> points = [];
        int count = Math.Min(steps - 1, Parallel);
        for (int i = 1; i <= count; i++)
        {
            TimeSpan point = Milliseconds(lived * Math.Pow(died / lived, i / (count + 1.0)));
            if (point > lived && point < died && (points.Count == 0 || point > points[^1]))
                points.Add(point);
        }

        return points;
    }

    /// <summary>The longest time that a run takes: the limit lies just under the longest silence, and nothing shows before an answer stays
    /// out.</summary>
    public TimeSpan LongestTime(IReadOnlyList<TimeSpan> ladder)
    {
        if (ladder.Count == 0)
            return TimeSpan.Zero;
        TimeSpan longest = ladder[^1] + Patience;
        if (ladder.Count == 1)
            return longest;
        int rounds = (int)Math.Ceiling(Math.Log(Steps(ladder[^2], ladder[^1])) / Math.Log(Parallel + 1) - 1e-9);
        return rounds == 0 ? longest : ladder[^2] + rounds * longest; // the first round begins when the silence before the last has lived
    }

    /// <summary>Keep-alive that should keep a connection alive where the limit is over half of a silence.</summary>
    public static KeepAlive KeepAliveFor(TimeSpan silence)
    {
        var idle = TimeSpan.FromSeconds(Math.Clamp(Math.Floor(silence.TotalSeconds / 4), 1, 32_767));
        return new KeepAlive(idle, idle, KeepAlive.Default.Probes);
    }

    private int Steps(TimeSpan lived, TimeSpan died) => lived <= TimeSpan.Zero || lived >= died
        ? 1
        : (int)Math.Ceiling(Math.Log(lived / died) / Math.Log(1 - Resolution) - 1e-9);

    private static TimeSpan Milliseconds(TimeSpan time) => TimeSpan.FromMilliseconds(Math.Round(time.TotalMilliseconds));
}
