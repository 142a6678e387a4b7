using System.Net;
using FluentAssertions;
using Microsoft.Extensions.Logging.Abstractions;
using SumSocket.Cli;
using SumSocket.Client.Tcp;
using SumSocket.Commands.Storm;
using SumSocket.Measurement.Storm;
using SumSocket.Server.Tcp;
using SumSocket.Tests.Client.Tcp;
using SumSocket.Tests.Server.Tcp;
using Xunit;

namespace SumSocket.Tests.Measurement.Storm;

/// <summary>Storms on real servers. Where time matters the test moves the clock of the clients.</summary>
public sealed class StormRunTests
{
    private const int Clients = 6;

    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(100);

    private readonly StormClock _clock = new();

    [Theory(Timeout = TestTimeout.Milliseconds)]
    [InlineData("Fin", false)]
    [InlineData("Rst", false)]
    [InlineData("Fin", true)]
    [InlineData("Rst", true)]
    public async Task All_are_cut_as_asked_and_come_back_with_the_right_sum(string cut, bool tls)
    {
        await using ServerUnderTest server = ServerUnderTest.Start(tls: tls);
        SumTcpClientOptions connect = Connect(server.EndPoint.Port) with
        {
            Tls = tls ? new TlsClientOptions { Authorities = [TestCertificates.Authority] } : null,
        };
        StormOptions options = new() { Connections = Clients, Rounds = 2, Cut = Enum.Parse<StormCut>(cut) };

        StormResult result = await new StormRun(options, connect, TimeProvider.System).RunAsync(TestContext.Current.CancellationToken);

        result.Opening.IsComplete.Should().BeTrue();
        result.Rounds.Should().HaveCount(2).And.OnlyContain(round => round.IsComplete && round.NotBack == 0);
        StormCounts counts = result.All!.Counts;
        (counts.Attempts, counts[StormOutcome.Back], counts.SynRetries).Should().Be((2 * Clients, 2 * Clients, 0));
        (counts.FullHandshakes + counts.ResumedHandshakes).Should().Be(tls ? 2 * Clients : 0);
        result.All.Times.Should().BeInAscendingOrder().And.OnlyContain(time => time > TimeSpan.Zero);
        StormCommand.ToExitCode(result).Should().Be(ExitCode.Success);
        List<string> reasons = [];
        while (reasons.Count < 3 * Clients)
            reasons.Add((string)(await server.Log.NextAsync(ServerUnderTest.ConnectionClosed))["Reason"]!);
        reasons.Count(reason => reason == "peer_reset").Should().Be(cut == "Rst" ? 2 * Clients : 0);
        reasons.Count(reason => reason == "peer_closed").Should().Be(cut == "Rst" ? Clients : 3 * Clients, "it ends in order");
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task After_a_restart_all_are_refused_and_without_jitter_all_come_back_at_the_same_instant()
    {
        SumTcpServer first = Start(out int port);
        StormRun run = new(
            new StormOptions { Connections = Clients, Rounds = 1, Cut = StormCut.Server, HasJitter = false }, Connect(port), _clock);
        Task<StormResult> running = run.RunAsync(TestContext.Current.CancellationToken);
        await TestTimeout.UntilAsync(() => run.Progress.Round == 1, "all are connected");
        await first.DisposeAsync();
        await TestTimeout.UntilAsync(() => _clock.Timers(_pause) == Clients, "all were refused and pause");

        await using SumTcpServer second = Start(out _, port);
        _clock.Advance(_pause - TimeSpan.FromTicks(1));
        run.Progress.Back.Should().Be(0);
        _clock.Advance(TimeSpan.FromTicks(1));
        StormResult result = await running;

        StormRound round = result.Rounds.Should().ContainSingle().Subject;
        round.IsComplete.Should().BeTrue();
        round.Times.Should().Equal(Enumerable.Repeat(_pause, Clients));
        (round.Counts.Attempts, round.Counts[StormOutcome.Refused], round.LostAgain).Should().Be((2 * Clients, Clients, 0));
        StormVerdict.Of(result).Should().Equal("all 6 were back after 0.10 s (half after 0.10 s), with 12 attempts: 6 refused");
        StormCommand.ToExitCode(result).Should().Be(ExitCode.Success);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Those_that_a_full_server_turns_away_are_busy_and_then_given_up()
    {
        SumTcpServer first = Start(out int port);
        StormOptions options = new()
        {
            Connections = Clients,
            Rounds = 2,
            Cut = StormCut.Server,
            HasJitter = false,
            GiveUp = TimeSpan.FromSeconds(1),
            Thresholds = [new StormThreshold("busy<1", StormFigure.Busy, 0, "<", 1)],
        };
        StormRun run = new(options, Connect(port), _clock);
        Task<StormResult> running = run.RunAsync(TestContext.Current.CancellationToken);
        await TestTimeout.UntilAsync(() => run.Progress.Round == 1, "all are connected");
        await first.DisposeAsync();
        await TestTimeout.UntilAsync(() => _clock.Timers(_pause) == Clients, "all were refused and pause");

        await using SumTcpServer second = Start(out _, port, maxConnections: 4);
        _clock.Advance(_pause);
        await TestTimeout.UntilAsync(() => run.Progress.Back == 4 && _clock.Timers(2 * _pause) == 2, "two are turned away");
        _clock.Jump(options.GiveUp);
        StormResult result = await running;

        StormRound round = result.Rounds.Should().ContainSingle("one that is not complete is the last").Subject;
        (round.Back, round.NotBack, round.TimeUntil(50), round.TimeUntil(99)).Should().Be((4, 2, _pause, null));
        round.Counts[StormOutcome.Busy].Should().BeGreaterThanOrEqualTo(2);
        StormVerdict.Of(result).Should().HaveCount(2).And.EndWith("the server was at its limit of connections: raise --max-connections")
            .And.Contain(line => line.StartsWith("2 of 6 were not back 1.10 s after the cut (half after 0.10 s), with "));
        StormCommand.ToExitCode(result).Should().Be(ExitCode.ThresholdMissed);
        StormCommand.ToExitCode(new StormResult(options with { Thresholds = [] }, result.Opening, result.Rounds)).Should()
            .Be(ExitCode.AnswersMissing);
    }

    [Theory(Timeout = TestTimeout.Milliseconds)]
    [InlineData("{\"Sum\":-1}\n", ExitCode.WrongAnswer, "Wrong")]
    [InlineData("hello", ExitCode.AnswersMissing, "Foreign")]
    [InlineData("{\"Error\":\"overflow\"}\n", ExitCode.AnswersMissing, "Error")]
    [InlineData("", ExitCode.AnswersMissing, "Ended")]
    public async Task A_connection_without_the_right_sum_is_not_back(string answer, int exitCode, string outcome)
    {
        await using ScriptedServer server = new();
        StormOptions options = new() { Connections = 1, Rounds = 1, Cut = StormCut.Rst, HasJitter = false };
        StormRun run = new(options, Connect(server.Port), _clock);
        Task<StormResult> running = run.RunAsync(TestContext.Current.CancellationToken);
        await (await server.AcceptAsync()).ServeAsync();

        ScriptedPeer peer = await server.AcceptAsync();
        await peer.ReadRequestAsync();
        await peer.SendAsync(answer);
        peer.ShutdownSend();
        await TestTimeout.UntilAsync(() => _clock.Timers(_pause) == 1, "it pauses");
        _clock.Jump(options.GiveUp);
        StormResult result = await running;

        (result.Rounds[0].NotBack, result.Rounds[0].Counts[Enum.Parse<StormOutcome>(outcome)]).Should().Be((1, 1));
        StormCommand.ToExitCode(result).Should().Be(exitCode);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Without_a_server_it_ends_at_once()
    {
        await Start(out int port).DisposeAsync();

        StormResult result = await new StormRun(new StormOptions(), Connect(port), _clock).RunAsync(TestContext.Current.CancellationToken);

        (result.Failure, result.Opening.Counts.Attempts).Should().Be(("connection refused", 1));
        StormCommand.ToExitCode(result).Should().Be(ExitCode.Unreachable);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task A_stop_while_it_waits_for_the_server_to_go_is_a_good_end()
    {
        await using SumTcpServer server = Start(out int port);
        using CancellationTokenSource stop = new();
        StormRun run = new(new StormOptions { Connections = Clients, Cut = StormCut.Server }, Connect(port), _clock);
        Task<StormResult> running = run.RunAsync(stop.Token);
        await TestTimeout.UntilAsync(() => run.Progress.Round == 1, "all are connected");

        await stop.CancelAsync();
        StormResult result = await running;

        (result.IsInterrupted, result.Rounds.Count, result.Opening.Back).Should().Be((true, 0, Clients));
        StormVerdict.Of(result).Should().Equal("stopped before the connections were cut");
        StormCommand.ToExitCode(result).Should().Be(ExitCode.Success);
        await TestTimeout.UntilAsync(() => server.Connections.Count == 0, "all are closed");
    }

    private static SumTcpClientOptions Connect(int port) =>
        new() { Port = port, ConnectTimeout = Timeout.InfiniteTimeSpan, RequestTimeout = Timeout.InfiniteTimeSpan };

    private static SumTcpServer Start(out int port, int at = 0, int maxConnections = 100)
    {
        SumTcpServer server = new(
            new SumTcpServerOptions { EndPoints = [new IPEndPoint(IPAddress.Loopback, at)], MaxConnections = maxConnections },
            NullLoggerFactory.Instance);
        port = server.Start()[0].Port;
        return server;
    }
}
