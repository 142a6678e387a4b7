using Spectre.Console;
using SumSocket.Measurement.Statistics;

namespace SumSocket.Commands.Bench.Live;

/// <summary>One picture of a bench that runs, as lines of text with escape sequences for colour.</summary>
internal static class LiveFrame
{
    /// <summary>How many intervals fit into the widest sparkline.</summary>
    public const int MaxBars = 60;

    private const int LabelWidth = 13; // that of the result, which takes this one's place
    private const int RateWidth = 18;
    private const int LeastBar = 4;
    private const double LeastSpan = 0.95; // a second, less what a cut may have been late

    private static readonly Style _plain = Style.Plain;
    private static readonly Style _label = new(decoration: Decoration.Dim);
    private static readonly Style _done = new(Color.Green);
    private static readonly Style _bad = new(Color.Red);

    /// <summary>The lines, none longer than <paramref name="width"/> columns.</summary>
    public static IReadOnlyList<string> Draw(LiveState state, int width, bool useColor)
    {
        List<Paragraph> rows = [Progress(state, width), Throughput(state, width)];
        if (Latency(state) is { } latency)
            rows.Add(latency);
        rows.Add(Failures(state.Totals));
        rows.Add(Connections(state));
        return [.. rows.Select(row => Render(row, width, useColor))];
    }

    /// <summary>What a bench does, in words.</summary>
    public static string NameOf(BenchPhase phase) => phase switch
    {
        BenchPhase.Connecting => "connecting",
        BenchPhase.WarmingUp => "warming up",
        BenchPhase.Measuring => "measuring",
        _ => "last answers",
    };

    private static Paragraph Progress(LiveState state, int width)
    {
        Paragraph row = Row(NameOf(state.Progress.Phase));
        (double? share, string text) = HowFar(state);
        int room = width - LabelWidth - text.Length - 1;
        if (share is { } part && room >= LeastBar)
        {
            int full = (int)(Math.Clamp(part, 0, 1) * room);
            row.Append(new string('━', full), _done).Append(new string('─', room - full), _label).Append(" ", _plain);
        }

        return row.Append(text, _plain);
    }

    /// <summary>How much is done, by the clock where the end is known, else by the number of requests.</summary>
    public static (double? Share, string Text) HowFar(LiveState state)
    {
        BenchProgress progress = state.Progress;
        if (progress.Phase == BenchPhase.Connecting)
            return (null, progress.Length is { } left ? $"starts in {Seconds(left)}" : "");
        if (progress.Phase == BenchPhase.Ending)
            return (1, Seconds(progress.Elapsed));
        if (progress.Length is { } length)
            return (length > TimeSpan.Zero ? progress.Elapsed / length : 1, $"{Seconds(progress.Elapsed)} of {new Duration(length)}");
        long wanted = state.Options.Requests ?? 0;
        return (wanted > 0 ? (double)state.Totals.Planned / wanted : null, $"{state.Totals.Planned} of {wanted}");
    }

    private static Paragraph Throughput(LiveState state, int width)
    {
        Paragraph row = Row("throughput");
        if (state.Recent.Count == 0)
            return row;
        double rate = Rate(state.Recent, one => one.Counts.Ok);
        row.Append(string.Create(CultureInfo.InvariantCulture, $"{rate:0} sums/s").PadRight(RateWidth), _plain);
        int room = Math.Min(width - LabelWidth - RateWidth, MaxBars);
        return room < 1 ? row : row.Append(Sparkline.Of(state.Recent.TakeLast(room).Select(interval => interval.Throughput)), _done);
    }

    /// <summary>That of the last interval; of as many as make a second where they are shorter, so that it can be read.</summary>
    private static double Rate(IReadOnlyList<BenchInterval> recent, Func<BenchInterval, long> read)
    {
        long count = 0;
        double seconds = 0;
        for (int i = recent.Count - 1; i >= 0 && seconds < LeastSpan; i--)
        {
            count += read(recent[i]);
            seconds += (recent[i].End - recent[i].Start).TotalSeconds;
        }

        return seconds > 0 ? count / seconds : 0;
    }

    private static Paragraph? Latency(LiveState state)
    {
        double[] percents = PercentileValues.ToShow(state.Options.Percentiles);
        if (percents.Length == 0)
            return null;
        Paragraph row = Row("latency, ms");
        if (state.Recent.Count == 0)
            return row;
        IReadOnlyList<PercentileValue> known = state.Recent[^1].Percentiles;
        IEnumerable<string> texts = percents.Select(percent => $"{Figures.Percentile(percent)} {Milliseconds(known.At(percent))}");
        return row.Append(string.Join("   ", texts), _plain);
    }

    private static Paragraph Failures(BenchCounts totals)
    {
        string text = totals.Failed == 0
            ? "0"
            : $"{totals.Failed} ({TextFigures.Percent(totals.FailedPercent)}): {OutcomeClass.Describe(totals, count => $"{count}")}";
        return Row("failed").Append(text, totals.Failed == 0 ? _plain : _bad);
    }

    private static Paragraph Connections(LiveState state)
    {
        (int all, int down) = (state.Options.Connections, state.Progress.Down);
        string text = down == 0 ? $"{all}" : $"{all - down} of {all}, {down} without an answer";
        if (state.Options.CountsConnects && state.Recent.Count > 0)
            text += string.Create(CultureInfo.InvariantCulture, $", {Rate(state.Recent, one => one.Connects ?? 0):0} connects/s");
        if (state.Progress.Phase == BenchPhase.Connecting)
            text = state.Progress.Opened == 0 ? "" : $"{state.Progress.Opened} of {all} opened";
        return Row("connections").Append(text, down == 0 ? _plain : _bad);
    }

    private static string Milliseconds(TimeSpan? time) => time?.TotalMilliseconds.ToString("0.000", CultureInfo.InvariantCulture) ?? "n/a";

    private static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, time.TotalSeconds):0.0}s");

    private static Paragraph Row(string label) => new Paragraph().Append(label.PadRight(LabelWidth), _label);

    /// <summary>As one line: the words that have no room are left out.</summary>
    private static string Render(Paragraph row, int width, bool useColor)
    {
        using StringWriter text = new();
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.Yes,
            ColorSystem = useColor ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
            Out = new AnsiConsoleOutput(text),
        });
        console.Profile.Width = Math.Max(1, width);
        console.Write(row);
        return text.ToString().Split('\n')[0];
    }
}

/// <summary>What the live view shows at one moment: progress, all that was measured so far, and the last intervals.</summary>
internal sealed record LiveState(BenchOptions Options, BenchProgress Progress, BenchCounts Totals, IReadOnlyList<BenchInterval> Recent);

/// <summary>Figures as a row of small bars.</summary>
internal static class Sparkline
{
    private const string Bars = "▁▂▃▄▅▆▇█";

    /// <summary>One bar for each value, from zero to the greatest; the lowest bar is nothing, or next to nothing.</summary>
    public static string Of(IEnumerable<double> values)
    {
        double[] all = [.. values];
        double top = all.Length == 0 ? 0 : all.Max();
        return string.Concat(
            all.Select(value => top > 0 ? Bars[(int)Math.Round(Math.Clamp(value / top, 0, 1) * (Bars.Length - 1))] : Bars[0]));
    }
}
