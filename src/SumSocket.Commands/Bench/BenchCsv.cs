namespace SumSocket.Commands.Bench;

/// <summary>A bench for spreadsheets: a line for each interval as it ends. A field is empty when the samples are too few for it.</summary>
internal sealed class BenchCsv(Stream output, BenchOptions options) : IBenchReport
{
    public void Begin()
    {
        string[] columns =
        [
            "start_s", "end_s", "throughput_per_s", "planned", "sent", "late", .. OutcomeClass.All.Select(one => one.Key),
            "count", "mean_us", "max_us", .. options.Percentiles.Select(BenchJson.NameOf),
            .. options.CountsConnects ? (string[])["connects", "connects_per_s"] : [], // last, so that no other changes its place
            "retried",
        ];
        Write(string.Join(',', columns));
    }

    public void Add(BenchInterval interval)
    {
        BenchCounts counts = interval.Counts;
        string[] fields =
        [
            Seconds(interval.Start), Seconds(interval.End), Rate(interval.Throughput),
            .. ((long[])[counts.Planned, counts.Sent, counts.Late, .. OutcomeClass.All.Select(one => counts[one.Outcome]), interval.Count])
                .Select(count => count.ToString(CultureInfo.InvariantCulture)),
            Microseconds(interval.Mean), Microseconds(interval.Max),
            .. interval.Percentiles.Select(percentile => Microseconds(percentile.Value)),
            .. interval.ConnectsPerSecond is { } rate ? (string[])[$"{interval.Connects}", Rate(rate)] : [],
            counts.Retried.ToString(CultureInfo.InvariantCulture),
        ];
        Write(string.Join(',', fields));
    }

    private static string Rate(double perSecond) => perSecond.ToString("0.###", CultureInfo.InvariantCulture);

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.######", CultureInfo.InvariantCulture);

    private static string Microseconds(TimeSpan? time) => time?.TotalMicroseconds.ToString("0.#", CultureInfo.InvariantCulture) ?? "";

    private void Write(string line) => StandardOutput.Write(output, line + "\n");
}
