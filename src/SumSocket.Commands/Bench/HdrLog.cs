using SumSocket.Measurement.Statistics;

namespace SumSocket.Commands.Bench;

/// <summary>Also writes a log of HdrHistogram, format 1.3, which its tools read: a line for each interval as it ends. Without a tag are the
/// times that reports show; in an open loop those from when requests were sent have a line of their own.</summary>
/// <remarks><c>[Tag=uncorrected,]0.000,1.000,12.345,HISTFAAA...</c>: seconds since StartTime, length in seconds, longest in milliseconds,
/// and the histogram in nanoseconds, which are the units that the tools take for granted.</remarks>
internal sealed class HdrLog(IBenchReport beneath, Stream output, BenchOptions options, Func<DateTimeOffset> measuredFrom) : IBenchReport
{
    private bool _hasBegun;

    public void Begin()
    {
        OutputFile.Empty(output);
        beneath.Begin();
    }

    public void Add(BenchInterval interval)
    {
        BeginLog(measuredFrom());
        WriteLine(interval, interval.Histogram!, interval.Max, "");
        if (interval.UncorrectedHistogram is { } uncorrected)
            WriteLine(interval, uncorrected, null, "Tag=uncorrected,");
        beneath.Add(interval);
    }

    public void End(BenchResult result, int exitCode)
    {
        BeginLog(result.StartedAt);
        OutputFile.Complete(output);
        beneath.End(result, exitCode);
    }

    private void BeginLog(DateTimeOffset start)
    {
        if (_hasBegun)
            return;
        _hasBegun = true;
        string times = options.IsOpenLoop ? "from when requests were due; Tag=uncorrected: from when they were sent" : "from when sent";
        Write($"""
            #[Times of requests in nanoseconds, {times}]
            #[Histogram log format version 1.3]
            #[StartTime: {start.ToUnixTimeMilliseconds() / 1000m:0.000} (seconds since epoch), {BenchJson.Instant(start)}]
            "StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"

            """);
    }

    private void WriteLine(BenchInterval interval, string histogram, TimeSpan? longest, string tag)
    {
        Histogram times = Histogram.Restore(HistogramText.Read(histogram)!, max: longest);
        (double start, double length) = (interval.Start.TotalSeconds, (interval.End - interval.Start).TotalSeconds);
        double max = (times.Max ?? default).TotalMilliseconds;
        Write($"{tag}{start:0.000},{length:0.000},{max:0.000},{HistogramText.WriteNanoseconds(times)}\n");
    }

    private void Write(FormattableString text) => StandardOutput.Write(output, text.ToString(CultureInfo.InvariantCulture));
}
