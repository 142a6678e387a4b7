namespace SumSocket.Reports.Page;

/// <summary>A run and its place in the report.</summary>
/// <param name="Run">The run.</param>
/// <param name="Index">Which of them it is, from 0.</param>
/// <param name="IsOnly">Whether there is no other.</param>
internal sealed record ReportedRun(RecordedBench Run, int Index, bool IsOnly)
{
    /// <summary>What it measured.</summary>
    public BenchResult Result => Run.Result;

    /// <summary>What happened when.</summary>
    public IReadOnlyList<BenchInterval> Series => Run.Result.Series;

    /// <summary>A letter: A, B and so on.</summary>
    public string Letter { get; } = ((char)('A' + Index)).ToString();

    /// <summary>What goes in front of its figures: nothing when there is no other run.</summary>
    public string Prefix => IsOnly ? "" : $"{Letter} ";

    /// <summary>Its class in the style sheet, which is its colour.</summary>
    public string Css => $"run{Index}";

    /// <summary>The percentile that stands for the usual: the one asked for that is nearest to 50.</summary>
    public double? Middle => NearestPercentile.To(50, Result.Options.Percentiles);

    /// <summary>The one that stands for the bad: the nearest to 99, unless that is the other one.</summary>
    public double? Tail => NearestPercentile.To(99, Result.Options.Percentiles) is { } tail && tail != Middle ? tail : null;

    /// <summary>When what it has to show ends, in seconds.</summary>
    public double EndSeconds => Math.Max(Result.Duration.TotalSeconds, Series.Count == 0 ? 0 : Series[^1].End.TotalSeconds);

    /// <summary>A percentile of an interval, in microseconds.</summary>
    public static double? Read(BenchInterval interval, double? percent) =>
        interval.Percentiles.FirstOrDefault(percentile => percentile.Percent == percent).Value?.TotalMicroseconds;
}
