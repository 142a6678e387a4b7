namespace SumSocket.Commands.Bench;

/// <summary>A bench for programs: the result as one JSON object, and before it, when asked to, each interval as one when it ends.</summary>
/// <param name="output">Where to write.</param>
/// <param name="setting">What the result says of itself.</param>
/// <param name="withIntervals">Whether to write the intervals as they end, each object on one line.</param>
internal sealed class BenchJsonReport(Stream output, RunInfo setting, bool withIntervals) : IBenchReport
{
    private readonly JsonObjects _objects = new(output, indented: !withIntervals);

    public void Begin()
    {
    }

    public void Tell(BenchInterval interval)
    {
        if (withIntervals)
            _objects.WriteWhole(json => BenchJson.WriteInterval(json, interval));
    }

    public void End(BenchResult result, int exitCode) =>
        _objects.WriteWhole(json => BenchJson.WriteResult(json, result, setting, exitCode));
}
