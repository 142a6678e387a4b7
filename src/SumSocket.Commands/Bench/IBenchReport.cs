using SumSocket.Measurement.Bench;

namespace SumSocket.Commands.Bench;

/// <summary>Tells how a bench goes, in some form. Each call has written all it has to say when it returns.</summary>
internal interface IBenchReport
{
    void Begin();

    void Tell(BenchInterval interval);

    void End(BenchResult result, int exitCode);
}
