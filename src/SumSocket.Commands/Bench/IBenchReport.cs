namespace SumSocket.Commands.Bench;

/// <summary>Writes how a bench goes, in some form. Each call has written its output when it returns.</summary>
internal interface IBenchReport
{
    void Begin()
    {
    }

    void Add(BenchInterval interval)
    {
    }

    void End(BenchResult result, int exitCode)
    {
    }
}

/// <summary>The forms of the result of a bench, in the order and by the names of <c>--output</c>.</summary>
internal enum BenchOutput
{
    Text,
    Json,
    Ndjson,
    Csv,
}
