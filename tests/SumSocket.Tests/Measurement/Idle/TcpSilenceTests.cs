using FluentAssertions;
using SumSocket.Client.Tcp;
using SumSocket.Measurement.Idle;
using SumSocket.Tests.Server.Tcp;
using Xunit;

namespace SumSocket.Tests.Measurement.Idle;

/// <summary>Silences against a real server; both ends have the same clock.</summary>
public sealed class TcpSilenceTests
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Learns_what_the_server_knows_and_where_its_limits_are()
    {
        await using var server = ServerUnderTest.Start(options => options with { ReadTimeout = TimeSpan.FromSeconds(30) });

        ServerKnowledge known = await Probe(server).MeetAsync(TestContext.Current.CancellationToken);

        known.Should().Be(new ServerKnowledge(IsReached: true)
        {
            Answers = true,
            KnowsPath = true,
            KnowsDelay = true,
            ReadTimeout = TimeSpan.FromSeconds(30),
            Lifetime = known.Lifetime,
        });
        known.Limit(SilenceBreaker.Client).Should().Be(TimeSpan.FromSeconds(30));
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task A_silence_below_the_limit_is_answered()
    {
        await using var server = ServerUnderTest.Start();

        SilenceResult result = await TryAsync(server, silence: 12, advance: 12);

        (result.End, result.At).Should().Be((SilenceEnd.Answered, TimeSpan.FromSeconds(12)));
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task The_end_during_a_silence_has_its_instant_and_the_server_says_how_it_was()
    {
        await using var server = ServerUnderTest.Start(options => options with { ReadTimeout = TimeSpan.FromSeconds(30) });

        SilenceResult result = await TryAsync(server, silence: 45, advance: 35);

        result.End.Should().Be(SilenceEnd.Fin);
        result.IsSeen.Should().BeTrue();
        result.DiedAt.Should().BeCloseTo(TimeSpan.FromSeconds(33), TimeSpan.FromSeconds(3));
        await TestTimeout.UntilAsync(() => server.Server.Connections.Count == 0, "the server has seen the end too");
        string? says = await Probe(server).AskEndAsync(result.Key!.Value, TestContext.Current.CancellationToken);
        says.Should().Be("idle_timeout");
    }

    private static TcpSilence Probe(ServerUnderTest server) => new(
        new SumTcpClientOptions { Port = server.EndPoint.Port, KeepAlive = null, UserTimeout = Timeout.InfiniteTimeSpan },
        _patience, server.Clock);

    private static async Task<SilenceResult> TryAsync(ServerUnderTest server, int silence, int advance)
    {
        Task<SilenceResult> trying = Probe(server).TryAsync(
            new SilenceTry(SilenceBreaker.Client, TimeSpan.FromSeconds(silence)), TestContext.Current.CancellationToken);
        await server.Clock.UntilTimerIsSetAsync(TimeSpan.FromSeconds(silence)).WaitAsync(TestTimeout.Span);
        await server.AtRestAsync(1);
        server.Clock.Advance(TimeSpan.FromSeconds(advance));
        return await trying.WaitAsync(TestTimeout.Span);
    }
}
