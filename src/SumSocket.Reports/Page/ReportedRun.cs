namespace SumSocket.Reports.Page;

/// <summary>A run and its place in the report.</summary>
/// <param name="Run">The run.</param>
/// <param name="Index">Its number, from 0.</param>
/// <param name="IsOnly">Whether there is no other.</param>
internal sealed record ReportedRun(RecordedBench Run, int Index, bool IsOnly)
{
    public BenchResult Result => Run.Result;

    public RunInfo Setting => Run.Setting;

    public BenchOptions Options => Run.Result.Options;

    public IReadOnlyList<BenchInterval> Series => Run.Result.Series;

    /// <summary>A, B and so on.</summary>
    public string Letter { get; } = ((char)('A' + Index)).ToString();

    /// <summary>What comes before its figures: nothing when there is no other run.</summary>
    public string Prefix => IsOnly ? "" : $"{Letter} ";

    /// <summary>Its class in the style sheet, which sets its colour.</summary>
    public string Css => $"run{Index}";

    /// <summary>The percentiles to show over time.</summary>
    public double[] Percents { get; } = PercentileValues.ToShow(Run.Result.Options.Percentiles);

    public double EndSeconds => Math.Max(Result.Duration.TotalSeconds, Series.Count == 0 ? 0 : Series[^1].End.TotalSeconds);
}
