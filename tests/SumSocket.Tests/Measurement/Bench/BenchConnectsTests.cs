using System.Net;
using FluentAssertions;
using SumSocket.Client;
using SumSocket.Client.Tcp;
using SumSocket.Measurement.Bench;
using SumSocket.Server.Tcp;
using Xunit;

namespace SumSocket.Tests.Measurement.Bench;

/// <summary>What a bench measures of connects, where connections carry a limited number of requests.</summary>
public sealed class BenchConnectsTests : IAsyncDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly OutageTable _outages = new();
    private readonly BenchRecorder _recorder = new(isOpenLoop: false, countsConnects: true);
    private readonly BenchClock _clock;
    private readonly BenchDouble _client;
    private readonly BenchConnection _connection;

    public BenchConnectsTests()
    {
        (_client, _clock) = (new BenchDouble(_time), new BenchClock(_time));
        _connection = new BenchConnection(0, _client, _recorder, _outages, _clock, new LastAnswer());
    }

    private ConnectTally Connects => _recorder.Measured.Connects!;

    public ValueTask DisposeAsync() => _client.DisposeAsync();

    [Fact]
    public void Takes_the_time_of_each_connect_and_from_its_start_to_the_first_right_answer()
    {
        _recorder.MeasureFrom = 0;
        Connect(tookMs: 3);
        Pass(ms: 4);
        End(SumOutcome.WrongAnswer);
        Pass(ms: 5);
        End(SumOutcome.Sum);
        Pass(ms: 1);
        End(SumOutcome.Sum);

        Connects.Connect.Max.Should().Be(Ms(3));
        (Connects.FirstAnswer.Count, Connects.FirstAnswer.Max).Should().Be((1, Ms(12)));
    }

    [Fact]
    public void An_answer_that_was_received_before_a_connection_was_made_is_none_of_it()
    {
        _recorder.MeasureFrom = 0;
        Pass(ms: 1);
        long before = _clock.Now;
        Connect(tookMs: 3);
        End(SumOutcome.Sum, before);
        Connects.FirstAnswer.Count.Should().Be(0);
        End(SumOutcome.Sum);
        Connects.FirstAnswer.Max.Should().Be(Ms(3));
    }

    [Fact]
    public void An_answer_that_is_reported_after_the_next_connection_is_the_first_of_its_own()
    {
        _recorder.MeasureFrom = 0;
        Connect(tookMs: 3);
        Pass(ms: 1);
        long first = _clock.Now;
        Connect(tookMs: 2);
        Pass(ms: 4);
        long second = _clock.Now;
        Pass(ms: 10);
        End(SumOutcome.Sum, first);
        End(SumOutcome.Sum, second);
        End(SumOutcome.Sum, second);

        (Connects.FirstAnswer.Count, Connects.FirstAnswer.Min, Connects.FirstAnswer.Max).Should().Be((2, Ms(4), Ms(6)));
    }

    [Fact]
    public void An_answer_that_is_reported_before_its_connection_is_its_first()
    {
        _recorder.MeasureFrom = 0;
        End(SumOutcome.Sum);
        long began = _time.GetTimestamp();
        Pass(ms: 5);
        for (int answer = 0; answer < 3; answer++)
            End(SumOutcome.Sum, _clock.Now + Ms(answer).Ticks);
        Connected(began, tookMs: 4);
        End(SumOutcome.Sum, _clock.Now + Ms(9).Ticks);

        (Connects.FirstAnswer.Count, Connects.FirstAnswer.Max).Should().Be((1, Ms(5)));
    }

    [Fact]
    public void A_connection_that_ends_before_a_right_answer_has_none()
    {
        _recorder.MeasureFrom = 0;
        Connect(tookMs: 1);
        _client.Raise(new ConnectionEvent(ConnectionEventKind.Lost, null, "in a few words", Cause: ConnectionCause.Reset));
        Pass(ms: 50);
        Connect(tookMs: 2);
        End(SumOutcome.Sum);

        (Connects.Connect.Count, Connects.FirstAnswer.Count, Connects.FirstAnswer.Max).Should().Be((2, 1, Ms(2)));
    }

    [Fact]
    public void What_began_before_the_measured_time_is_left_out_with_its_first_answer()
    {
        _client.Raise(new ConnectionEvent(ConnectionEventKind.ConnectFailed, null, "connection refused", 1));
        _recorder.MeasureFrom = Ms(2).Ticks;
        Connect(tookMs: 5);
        End(SumOutcome.Sum);
        (Connects.Connect.Count, Connects.FirstAnswer.Count, Connects.Failed).Should().Be((0, 0, 0));

        _client.Raise(new ConnectionEvent(ConnectionEventKind.ConnectFailed, null, "connection refused", 1));
        Connect(tookMs: 1);
        End(SumOutcome.Sum);
        (Connects.Connect.Count, Connects.FirstAnswer.Count, Connects.Failed).Should().Be((1, 1, 1));
        _connection.CountOf(ConnectionEventKind.Connected).Should().Be(2, "all are counted there");
    }

    [Fact]
    public void The_rate_is_that_of_the_measured_time()
    {
        _recorder.MeasureFrom = 0;
        _recorder.MeasureUntil = Ms(10).Ticks;
        Connect(tookMs: 10);
        Connect(tookMs: 1);

        BenchConnects connects = Connects.Summarize(Ms(10), [50]);
        (connects.Made, connects.PerSecond).Should().Be((2, 100), "one was made after its end");
    }

    [Fact]
    public void A_close_in_order_is_no_outage()
    {
        _recorder.MeasureFrom = 0;
        _outages.MeasuredFrom = TimeSpan.Zero;
        _client.Raise(new ConnectionEvent(ConnectionEventKind.Closed, null, "all its requests are answered"));

        _connection.IsDown.Should().BeFalse();
        _outages.Close(TimeSpan.Zero).Count.Should().Be(0);
        Connects.Failed.Should().Be(0);
    }

    [Theory(Timeout = TestTimeout.Milliseconds)]
    [InlineData(1, 1, 0)]
    [InlineData(3, 4, 0)]
    [InlineData(2, 1, 4_000)]
    public async Task A_run_makes_as_many_connections_as_it_takes_and_loses_none(int perConnection, int pipeline, int rate)
    {
        await using SumTcpServer server = new(new SumTcpServerOptions { EndPoints = [new IPEndPoint(IPAddress.Loopback, 0)] });
        int port = server.Start()[0].Port;
        BenchOptions options = new()
        {
            Connections = 2,
            Pipeline = pipeline,
            RequestsPerConnection = perConnection,
            Requests = 600,
            Rate = rate,
            Warmup = TimeSpan.Zero,
        };
        BenchTarget target = new(
            () => new SumTcpClient(new SumTcpClientOptions { Port = port, RequestsPerConnection = perConnection, VerifySums = true }),
            HasConnections: true, _ => []);
        using BenchRun run = new(target, options);
        await foreach (BenchInterval _ in run.RunAsync())
        {
        }

        BenchResult result = run.Result!;
        result.Totals.Ok.Should().Be(600);
        long made = 600 / perConnection;
        (result.ConnectionsMade, result.ConnectionsLost, result.ConnectsFailed, result.OutageCount).Should().Be((made, 0, 0, 0));
        BenchConnects connects = result.Connects!;
        connects.Made.Should().Be(made - 2, "the first two are made ahead of the measured time");
        (connects.FirstAnswer.Count, connects.Failed).Should().Be((connects.Made, 0));
        connects.FirstAnswer.Min.Should().BeGreaterThan(connects.Connect.Min!.Value);
        connects.PerSecond.Should().BePositive();
        result.Series.Sum(interval => interval.Connects).Should().Be(connects.Made);
    }

    private void Connect(double tookMs)
    {
        long began = _time.GetTimestamp();
        Pass(tookMs);
        Connected(began, tookMs);
    }

    private void Connected(long began, double tookMs) => _client.Raise(
        new ConnectionEvent(ConnectionEventKind.Connected, null, "", 1) { ConnectStarted = began, ConnectTime = Ms(tookMs) });

    private void End(SumOutcome outcome, long? ended = null)
    {
        using BenchRecorder.Writer writer = _connection.Record();
        SumResult result = new(outcome, outcome == SumOutcome.Sum ? 3 : 4);
        _connection.End(writer, new SumCompletion(1, 2, 0, result), RequestTimes.AllAt(0), ended ?? _clock.Now, isMeasured: true);
    }

    private void Pass(double ms) => _time.Advance(Ms(ms));

    private static TimeSpan Ms(double ms) => TimeSpan.FromMilliseconds(ms);
}
