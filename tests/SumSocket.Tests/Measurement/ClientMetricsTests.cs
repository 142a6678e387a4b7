using FluentAssertions;
using SumSocket.Client;
using SumSocket.Measurement;
using SumSocket.Measurement.Bench;
using SumSocket.Measurement.Ping;
using SumSocket.Measurement.Statistics;
using SumSocket.Tests.Measurement.Ping;
using Xunit;

namespace SumSocket.Tests.Measurement;

/// <summary>What the clients measure.</summary>
public sealed class ClientMetricsTests : PingProbeTest, IDisposable
{
    private readonly ClientMetrics _metrics = new("tcp", "there", 5656);
    private readonly MeterRecorder _recorder;

    public ClientMetricsTests() => _recorder = new MeterRecorder(_metrics.Meter);

    public void Dispose()
    {
        _recorder.Dispose();
        _metrics.Dispose();
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task A_ping_measures_its_rounds_and_outages()
    {
        Queue<SumResult> answers = new(
        [
            new(SumOutcome.Sum, 11) { IsRetried = true }, new(SumOutcome.TimedOut), new(SumOutcome.NotSent),
            new(SumOutcome.WrongAnswer, 12), new(SumOutcome.Sum, 11),
        ]);
        ScriptedClient client = new((_, _, _) => ValueTask.FromResult(answers.Dequeue()));
        PingProbe probe = new(client, new PingOptions { Count = 5, Interval = TimeSpan.Zero }, metrics: _metrics);

        await CollectAsync(probe);

        _recorder.Read().Should().Contain("requests", 2).And.Contain("requests{error.type=timed_out}", 1)
            .And.Contain("requests{error.type=not_sent}", 1).And.Contain("requests{error.type=wrong}", 1)
            .And.Contain("requests{error.type=connection_lost}", 0).And.Contain("requests{error.type=error}", 0)
            .And.Contain("request.duration", 2).And.Contain("request.duration{error.type=timed_out}", 1)
            .And.NotContainKey("request.duration{error.type=not_sent}")
            .And.Contain("retried_requests", 1).And.Contain("active_requests", 0)
            .And.Contain("outages", 1).And.Contain("outage.duration", 1);
    }

    [Fact]
    public void Measures_connections_by_what_became_of_them()
    {
        ScriptedClient client = new((_, _, _) => default);
        _metrics.Watch(client, hasConnections: true);
        client.Raise(new ConnectionEvent(ConnectionEventKind.ConnectFailed, Peer, "connection refused", 1, Cause: ConnectionCause.Refused));
        for (int i = 0; i < 3; i++)
            client.Raise(new ConnectionEvent(ConnectionEventKind.Connected, Peer, "", 1) { ConnectTime = Second });
        client.Raise(new ConnectionEvent(ConnectionEventKind.Lost, Peer, "connection reset", Cause: ConnectionCause.Reset));
        client.Raise(new ConnectionEvent(ConnectionEventKind.Closed, Peer, "done"));

        _recorder.Read().Should().Contain("connect.attempts", 3).And.Contain("connect.attempts{error.type=refused}", 1)
            .And.Contain("connect.duration", 3).And.Contain("closed_connections", 1)
            .And.Contain("closed_connections{error.type=reset}", 1).And.Contain("active_connections", 1);
    }

    [Fact]
    public void A_bench_records_its_times_from_its_histogram_and_only_for_listeners()
    {
        using ClientMetrics unheard = new("tcp", "there", 5656);
        Histogram times = new();
        times.Record(TimeSpan.FromMilliseconds(1), 3);
        times.Record(TimeSpan.FromMilliseconds(20), 2);

        unheard.RequestsEnded(() => throw new InvalidOperationException("it is read for nothing"));
        _metrics.RequestsEnded(() => times);

        _recorder.Read().Should().Contain("request.duration", 5);
    }

    [Fact]
    public void A_bench_counts_its_warm_up_too()
    {
        BenchRecorder recorder = new(isOpenLoop: false);
        using (BenchRecorder.Writer writer = recorder.Take())
        {
            writer.Record(BenchOutcome.Ok, RequestTimes.AllAt(0), ended: 1, isMeasured: false, count: 5);
            writer.Record(BenchOutcome.Ok, RequestTimes.AllAt(0), ended: 1, isMeasured: true, count: 7);
            writer.Record(BenchOutcome.Reset, RequestTimes.AllAt(0), ended: 1, isMeasured: true);
        }

        recorder.All.Should().Match<BenchCounts>(all => all.Ok == 12 && all.Reset == 1 && all.Planned == 13);
    }

    [Fact]
    public void Every_outcome_of_a_ping_has_a_word_of_its_own() =>
        Enum.GetValues<SumOutcome>().Select(ClientMetrics.ErrorOf).Should().OnlyHaveUniqueItems().And.ContainSingle(word => word == null);
}
