namespace SumSocket.Commands.Bench;

/// <summary>Tells how a bench goes, in some form. Each call has written all it has to say when it returns.</summary>
internal interface IBenchReport
{
    void Begin();

    void Tell(BenchInterval interval);

    void End(BenchResult result, int exitCode);
}

/// <summary>In which form a bench tells its result.</summary>
internal enum BenchOutput
{
    /// <summary>For people.</summary>
    Text,

    /// <summary>One JSON object.</summary>
    Json,

    /// <summary>One JSON object a line: each interval as it ends, then the result.</summary>
    Ndjson,

    /// <summary>A line for each interval as it ends, under a header.</summary>
    Csv,
}
