namespace SumSocket.Reports.Page;

/// <summary>A run and its place in the report, counted from 0.</summary>
internal sealed record ReportedRun(RecordedBench Run, int Index, bool IsOnly)
{
    public RunInfo Setting => Run.Setting;
    public BenchResult Result => Run.Result;
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

    /// <summary>The times of its requests: from when they were sent, and on a schedule also from when they were due.</summary>
    public RunTimes[] Times => Result.Corrected is { } corrected
        ?
        [
            Named("from when due (corrected)", "corrected", corrected),
            Named("from when sent (uncorrected)", "uncorrected", Result.Uncorrected),
        ]
        : [Named("from when sent", "corrected", Result.Uncorrected)];

    /// <summary>The times of its connects; none where connections are kept.</summary>
    public RunTimes[] ConnectTimes => Result.Connects is not { } connects
        ? []
        : [Named("connect", "", connects.Connect), Named("connect to first right answer", "", connects.FirstAnswer)];

    public double EndSeconds => Math.Max(Result.Duration.TotalSeconds, Series.Count == 0 ? 0 : Series[^1].End.TotalSeconds);

    private RunTimes Named(string name, string css, LatencySummary times) => new($"{Prefix}{name}", $"{css} {Css}", times);
}

/// <summary>Some times of a run, their name and their classes in the style sheet.</summary>
internal sealed record RunTimes(string Name, string Css, LatencySummary Times);
