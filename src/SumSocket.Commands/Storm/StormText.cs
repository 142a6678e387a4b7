using SumSocket.Measurement.Storm;
using SumSocket.Reports.Page;

namespace SumSocket.Commands.Storm;

/// <summary>A storm for people.</summary>
internal static class StormText
{
    private const int LabelWidth = 13;
    private const int LeastBar = 10;

    private static readonly double[] _percents = [50, 90, 99, 100];

    public static string Header(StormSetting setting)
    {
        StormOptions options = setting.Options;
        string jitter = options.HasJitter ? "full jitter" : "no jitter";
        return $"STORM {setting.Run.Address} ({setting.Run.Transport}): {TextFigures.Count(options.Connections, "connection")}, "
            + $"{StormPage.NameOf(options.Cut)}, "
            + $"{TextFigures.Count(options.Rounds, "round")}, back-off {new BackOffRange(options.InitialBackOff, options.MaxBackOff)} "
            + $"with {jitter}\n";
    }

    /// <summary>A table of the rounds, what happened on the way, and the verdict.</summary>
    public static string Of(StormResult result)
    {
        StringBuilder text = new("\n");
        List<string[]> rows = [["back after", "50%", "90%", "99%", "100%", "connects/s", "attempts", "failed", "not back"]];
        rows.Add(Row("at first", result.Opening));
        rows.AddRange(result.Rounds.Select((round, i) => Row($"round {i + 1}", round)));
        if (result is { All: { } all, Rounds.Count: > 1 })
            rows.Add(Row("all rounds", all));
        int[] widths = [.. rows[0].Select((_, column) => rows.Max(row => row[column].Length))];
        foreach (string[] row in rows)
            Line(text, row[0], string.Join("  ", row.Skip(1).Select((cell, i) => cell.PadLeft(widths[i + 1]))));
        StormCounts counts = result.All is { } rounds ? rounds.Counts : result.Opening.Counts;
        if (counts.Attempts > counts[StormOutcome.Back])
            Line(text, "failed", counts.DescribeFailures());
        if (counts.SynRetries is { } retries)
            Line(text, "SYN retries", $"{StormVerdict.Count(retries)} (segments sent again until connected, TCP_INFO)");
        if (counts.FullHandshakes + counts.ResumedHandshakes > 0)
        {
            (string full, string resumed) = (StormVerdict.Count(counts.FullHandshakes), StormVerdict.Count(counts.ResumedHandshakes));
            Line(text, "TLS", $"{full} full {(counts.FullHandshakes == 1 ? "handshake" : "handshakes")}, {resumed} resumed");
        }

        if (result.All is { LostAgain: > 0 } again)
            Line(text, "lost again", $"{StormVerdict.Count(again.LostAgain)} while others came back");
        foreach (StormThresholdResult threshold in result.Thresholds)
            Line(text, "threshold", $"{(threshold.IsMet ? '✓' : '✗')} {threshold.Threshold.Text} ({Actual(threshold)})");
        text.Append('\n');
        foreach (string sentence in StormVerdict.Of(result))
            text.Append(sentence).Append('\n');
        return text.ToString();
    }

    /// <summary>How it goes, in a line.</summary>
    public static string Snapshot(StormProgress progress, StormOptions options)
    {
        (string what, string text, _) = HowFar(progress, options);
        return $"{what}: {text}";
    }

    private static (string What, string Text, bool IsWaiting) HowFar(StormProgress progress, StormOptions options)
    {
        bool isWaiting = options.Cut == StormCut.Server && progress.Round > 0 && progress.Elapsed == TimeSpan.Zero;
        string text = isWaiting
            ? $"all {StormVerdict.Count(progress.Clients)} connected; waiting for the server to go"
            : $"{StormVerdict.Count(progress.Back)} of {StormVerdict.Count(progress.Clients)} "
                + $"{(progress.Round == 0 ? "connected" : "back")} after {TextFigures.ShortSeconds(progress.Elapsed)}";
        return (progress.Round == 0 ? "connecting" : $"round {progress.Round} of {options.Rounds}", text, isWaiting);
    }

    /// <summary>One line while it runs.</summary>
    public static string Live(StormProgress progress, StormOptions options, int width)
    {
        (string what, string text, bool isWaiting) = HowFar(progress, options);
        int room = width - LabelWidth - text.Length - 1;
        if (isWaiting || room < LeastBar)
            return $"{what.PadRight(LabelWidth)}{text}"[..Math.Min(width, LabelWidth + text.Length)];
        int full = (int)((long)progress.Back * room / progress.Clients);
        return $"{what.PadRight(LabelWidth)}{new string('━', full)}{new string('─', room - full)} {text}";
    }

    /// <summary>A line for each threshold that was missed.</summary>
    public static IEnumerable<string> Missed(StormResult result) => result.Thresholds
        .Where(threshold => !threshold.IsMet)
        .Select(threshold => ThresholdReport.Missed(threshold.Threshold.Text, Actual(threshold)));

    private static string[] Row(string label, StormRound round) =>
    [
        label, .. _percents.Select(percent => round.TimeUntil(percent) is { } time ? StormVerdict.Time(time) : "never"),
        round.ConnectsPerSecond is { } rate ? StormVerdict.Count((long)rate) : "-",
        StormVerdict.Count(round.Counts.Attempts), StormVerdict.Count(round.Counts.Attempts - round.Counts[StormOutcome.Back]),
        StormVerdict.Count(round.NotBack),
    ];

    private static string Actual(StormThresholdResult threshold) => threshold switch
    {
        { Actual: null } => "never",
        { Threshold.Figure: StormFigure.Back, Actual: { } time } => StormVerdict.Time(TimeSpan.FromSeconds(time)),
        { Actual: { } count } => StormVerdict.Count((long)count),
    };

    private static void Line(StringBuilder text, string label, string value) =>
        text.Append(label.PadRight(LabelWidth)).Append(value).Append('\n');
}
