using FluentAssertions;
using SumSocket.Client;
using SumSocket.Measurement.Bench;

namespace SumSocket.Tests.Measurement.Bench;

/// <summary>A bench run whose clients a test plays, with a clock that stands still unless moved.</summary>
public abstract class BenchRunTest
{
    private protected static readonly BenchOptions One = new() { Connections = 1, Duration = TimeSpan.FromSeconds(10) };

    private protected ManualTimeProvider Time { get; } = new();

    private protected Task<BenchResult> RunAsync(BenchOptions options, Func<long, long, ValueTask<SumResult>> answer) =>
        RunAsync(options, new BenchDouble(Time, answer));

    private protected async Task<BenchResult> RunAsync(
        BenchOptions options, BenchDouble client, bool keepTicking = false, CancellationToken stop = default)
    {
        using BenchRun run = new(Subject(client), options, Time);
        Task<int> reading = CountAsync(run, stop);
        if (keepTicking)
        {
            while (!reading.IsCompleted)
            {
                Time.Advance(TimeSpan.FromMilliseconds(1));
                await Task.Yield();
            }
        }

        (await reading).Should().Be(run.Result!.Series.Count);
        return run.Result;
    }

    /// <summary>Lets time pass from wait to wait: each span is one that the run waits for.</summary>
    private protected async Task PassAsync(params double[] waits)
    {
        foreach (double seconds in waits)
        {
            await Time.UntilTimerIsSetAsync(S(seconds));
            Time.Advance(S(seconds));
        }
    }

    private protected static async Task<int> CountAsync(BenchRun run, CancellationToken stop)
    {
        int count = 0;
        await foreach (BenchInterval _ in run.RunAsync(stop))
            count++;
        return count;
    }

    private protected static BenchTarget Subject(BenchDouble client) => new(() => client, HasConnections: true, _ => []);

    private protected static TimeSpan S(double seconds) => TimeSpan.FromSeconds(seconds);
}
