using FluentAssertions;
using SumSocket.Commands.Bench;
using SumSocket.Commands.Idle;
using SumSocket.Measurement.Bench;
using SumSocket.Measurement.Idle;
using SumSocket.Measurement.Paths;
using SumSocket.Measurement.Statistics;
using Xunit;

namespace SumSocket.Tests.Commands;

/// <summary>What a command says while it runs, on SIGQUIT. Those of ping, storm and sum are beside their other texts.</summary>
public sealed class SnapshotTests
{
    [Theory]
    [InlineData(BenchPhase.Connecting, 0, "connecting: 12 of 50 opened")]
    [InlineData(BenchPhase.WarmingUp, 0.5, "warming up, 0.5s of 10s: 49 of 50 connections answer")]
    [InlineData(BenchPhase.Measuring, 2, "measuring, 2.0s of 10s: 198 ok, 2 failed (1%), 99.0 sums/s, p50 1.000 ms, p99 1.000 ms, "
        + "max 3.000 ms, 1 of 50 connections down, outages: 4")]
    [InlineData(BenchPhase.Ending, 10, "last answers, 10.0s: 198 ok, 2 failed (1%), 19.8 sums/s, p50 1.000 ms, p99 1.000 ms, "
        + "max 3.000 ms, 1 of 50 connections down, outages: 4")]
    public void Of_a_bench(BenchPhase phase, double seconds, string expected)
    {
        Histogram times = new();
        times.Record(TimeSpan.FromMilliseconds(1), 199);
        times.Record(TimeSpan.FromMilliseconds(3));
        TimeSpan? length = phase is BenchPhase.Connecting ? null : TimeSpan.FromSeconds(10);
        BenchProgress progress = new(phase, TimeSpan.FromSeconds(seconds), length, Down: 1, Opened: 12);

        BenchText.Snapshot(new BenchSnapshot(progress, new BenchCounts { Ok = 198, Reset = 2, Sent = 200 }, times, 4), new BenchOptions())
            .Should().Be(expected);
    }

    [Fact]
    public void Of_a_search_for_silences()
    {
        static SilenceTry Try(double seconds) => new(SilenceBreaker.Client, TimeSpan.FromSeconds(seconds));

        IdleTexts.Now(3, [(Try(8), TimeSpan.FromSeconds(2)), (Try(16), TimeSpan.FromSeconds(15))]).Should()
            .Be("3 silences tried, 2 under way, the next ends in 1 s");
        IdleTexts.Now(1, []).Should().Be("1 silence tried, 0 under way");
    }

    [Fact]
    public void Of_an_examination_of_a_path()
    {
        TcpPathObservations tcp = new() { Target = "10.0.0.1:5656" };

        TcpPathFindings.Now(tcp).Should().Be("connecting");
        UdpPathFindings.Now(new UdpPathObservations { Target = "10.0.0.1:5656" }).Should().Be("waiting for the first answer");
    }
}
