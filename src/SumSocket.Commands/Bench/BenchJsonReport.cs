namespace SumSocket.Commands.Bench;

/// <summary>A bench for programs: the result as one JSON object. With <paramref name="withIntervals"/> each interval comes before it as it
/// ends, each object on one line.</summary>
internal sealed class BenchJsonReport(Stream output, RunInfo setting, bool withIntervals) : IBenchReport
{
    private readonly JsonObjects _objects = new(output, indented: !withIntervals);

    public void Add(BenchInterval interval)
    {
        if (withIntervals)
            _objects.WriteWhole(json => BenchJson.WriteInterval(json, interval));
    }

    public void End(BenchResult result, int exitCode) =>
        _objects.WriteWhole(json => BenchJson.WriteResult(json, result, setting, exitCode));
}
