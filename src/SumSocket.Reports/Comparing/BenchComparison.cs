namespace SumSocket.Reports.Comparing;

/// <summary>One bench against another, and what may be said of each figure. docs/measuring.md has the rules and their sources.</summary>
internal sealed class BenchComparison(BenchResult first, BenchResult other)
{
    private const double Significant = 0.05; // of the tests
    private const double SignificantDistance = 1.959964; // the same, in standard deviations of a normal distribution
    private const double Noise = 0.05; // two runs of the same thing differ by as much on an ordinary machine
    private const double TolerablePercent = 0.1;
    private const double LeastExpected = 5; // failures, for the test of two proportions: with fewer chance decides

    /// <summary>Whether so many more requests failed in one that its other figures describe what was left.</summary>
    public bool ErrorsDiffer { get; } =
        IsMeasured(first) && IsMeasured(other) && Math.Abs(first.ErrorPercent - other.ErrorPercent) > TolerablePercent
        && Errors(first, other) != Verdict.NoDifference;

    /// <summary>Compares a figure of the other with that of the first.</summary>
    public Difference Of(MainFigure figure)
    {
        if (figure.Read(first) is not { } from || figure.Read(other) is not { } to)
            return new Difference("", Verdict.NotJudged);
        string change = Figures.Change(from, to);
        string? why = WhyNot(figure);
        return why is null ? new Difference(change, Compare(figure, from, to)) : new Difference(change, Verdict.NotJudged, why);
    }

    /// <summary>Why nothing can be said; null when something can.</summary>
    private string? WhyNot(MainFigure figure) => figure.Kind switch
    {
        FigureKind.Errors when !IsMeasured(first) || !IsMeasured(other) => "nothing was measured",
        FigureKind.Errors or FigureKind.Count => null,
        FigureKind.Rate when first.Options.IsOpenLoop || other.Options.IsOpenLoop => "the rate was given",
        _ when ErrorsDiffer => "errors differ",
        FigureKind.Time when LoadOf(first) != LoadOf(other) => "another load",
        FigureKind.Time when first.Options.Interval != other.Options.Interval => "other intervals", // the longest of more is longer
        _ when figure.ReadInterval is null || Intervals(first, figure).Length == 0 || Intervals(other, figure).Length == 0 =>
            "intervals do not have it",
        _ when Intervals(first, figure).Length < RankSum.LeastValues || Intervals(other, figure).Length < RankSum.LeastValues =>
            "too few intervals",
        _ => null,
    };

    private Verdict Compare(MainFigure figure, double from, double to)
    {
        if (figure.Kind == FigureKind.Errors)
            return Errors(first, other);
        if (figure.Kind == FigureKind.Count)
            return Toward(from, to);
        double[] ones = Intervals(first, figure), others = Intervals(other, figure);
        bool isFound = Math.Abs(to - from) > Noise * Math.Max(from, to)
            && RankSum.Probability(ones, others) < Significant
            && Math.Sign(Median(others) - Median(ones)) == Math.Sign(to - from); // else a few intervals decide
        return !isFound ? Verdict.NoDifference : figure.Kind == FigureKind.Rate ? Toward(to, from) : Toward(from, to);
    }

    /// <summary>Whether its errors say anything: a server never reached is all errors, a run stopped before its time has none.</summary>
    private static bool IsMeasured(BenchResult result) => result.Totals.Planned > 0 || result.ErrorPercent > 0;

    /// <summary>The test of two proportions.</summary>
    private static Verdict Errors(BenchResult first, BenchResult other)
    {
        (double one, double two) = (first.ErrorPercent / 100, other.ErrorPercent / 100);
        (double requests, double others) = (Math.Max(1, first.Totals.Planned), Math.Max(1, other.Totals.Planned));
        double both = (one * requests + two * others) / (requests + others);
        double deviation = Math.Sqrt(both * (1 - both) * (1 / requests + 1 / others));
        bool isEnough = Math.Min(both, 1 - both) * Math.Min(requests, others) >= LeastExpected;
        bool isFound = first.Totals.Planned == 0 || other.Totals.Planned == 0
            || (isEnough && Math.Abs(one - two) > SignificantDistance * deviation);
        return isFound ? Toward(one, two) : Verdict.NoDifference;
    }

    private static Verdict Toward(double from, double to) =>
        to < from ? Verdict.Better : to > from ? Verdict.Worse : Verdict.NoDifference;

    /// <summary>What determines how long requests wait, whatever the server: the rate, or how many are under way.</summary>
    private static (double Rate, long InFlight) LoadOf(BenchResult result) => result.Options.IsOpenLoop
        ? (result.Options.Rate, 0)
        : (0, (result.ConnectionsOpened ?? result.Options.Connections) * result.Options.Pipeline);

    /// <summary>The figure in each whole interval of the measured time that has it.</summary>
    private static double[] Intervals(BenchResult result, MainFigure figure) =>
    [
        .. result.Series
            .Where(interval => interval.Start < result.Duration && interval.End - interval.Start >= result.Options.Interval / 2)
            .Select(interval => figure.ReadInterval!(interval)).OfType<double>(),
    ];

    private static double Median(double[] values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}

/// <summary>What is said of a figure against that of another run.</summary>
internal enum Verdict
{
    NotJudged,
    NoDifference,
    Better,
    Worse,
}

/// <summary>A figure against that of another run.</summary>
/// <param name="Change">From one to the other: <c>+12.3 %</c>; empty where one of them is not known.</param>
/// <param name="Verdict">What may be said of it.</param>
/// <param name="Why">Why nothing can be said, in a few words.</param>
internal sealed record Difference(string Change, Verdict Verdict, string Why = "")
{
    /// <summary>The verdict in words.</summary>
    public string Words => Verdict switch
    {
        Verdict.Better => "✓\u00A0better",
        Verdict.Worse => "✗\u00A0worse",
        Verdict.NoDifference => "no\u00A0difference",
        _ => Change.Length == 0 ? "" : $"not judged: {Why}",
    };
}
