using FluentAssertions;
using SumSocket.Client;
using SumSocket.Client.Tcp;
using Xunit;

namespace SumSocket.Tests.Client.Tcp;

public sealed class DisposalTests : ClientTest
{
    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Ends_every_request_by_what_may_have_left()
    {
        SumTcpClient client = NewClient(options => options with { MaxInFlight = 2 });
        ScriptedPeer peer = await OpenAsync(client);
        Task<SumResult>[] pending = [.. Enumerable.Range(0, 4).Select(i => Ask(client, i, 0))];
        await peer.ReadRequestsAsync(2);

        await client.DisposeAsync();
        (await Task.WhenAll(pending)).Select(result => result.Outcome).Should()
            .Equal(SumOutcome.OutcomeUnknown, SumOutcome.OutcomeUnknown, SumOutcome.NotSent, SumOutcome.NotSent);
        (await peer.ReadRequestAsync()).Should().BeNull("the sending side is shut down, not reset");
        HasEvent.Should().BeFalse("what the caller did himself is no loss");
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Ends_what_waits_for_a_connection()
    {
        Server.Close();
        SumTcpClient client = NewClient();
        Task<SumResult> pending = Ask(client, 1, 0);
        await NextEventAsync();
        await client.DisposeAsync();
        (await pending).Outcome.Should().Be(SumOutcome.NotSent);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Takes_no_request_afterwards()
    {
        SumTcpClient client = NewClient();
        await client.DisposeAsync();
        await client.DisposeAsync();
        await FluentActions.Awaiting(() => Ask(client, 1, 0)).Should().ThrowAsync<ObjectDisposedException>();
        await FluentActions.Awaiting(() => client.ConnectAsync()).Should().ThrowAsync<ObjectDisposedException>();
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Does_not_wait_for_a_peer_that_takes_nothing_and_reports_what_stayed_in_the_buffer()
    {
        SumTcpClient client = NewClient(options => options with { MaxInFlight = 65_536 });
        ScriptedPeer peer = await OpenAsync(client);
        // more than both kernels take
        Task<SumResult>[] first = [.. Enumerable.Range(0, 65_000).Select(i => Ask(client, long.MinValue, i))];
        await TestTimeout.UntilAsync(() => peer.Unread > 0, "the client sends");
        Task<SumResult>[] last = [.. Enumerable.Range(0, 500).Select(i => Ask(client, 1, i))]; // they gather behind a send that is stuck
        await client.DisposeAsync();

        (await first[0]).Outcome.Should().Be(SumOutcome.OutcomeUnknown);
        (await Task.WhenAll(last)).Should().OnlyContain(result => result.Outcome == SumOutcome.NotSent);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Races_with_callers_and_a_dying_server_without_losing_a_request()
    {
        for (int round = 0; round < 50; round++)
        {
            await using var server = new ScriptedServer();
            SumTcpClient client = NewClient(options => options with { Port = server.Port });
            ScriptedPeer peer = await OpenAsync(client, server);
            Task<SumOutcome>[] callers = [.. Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
            {
                try
                {
                    while (true)
                    {
                        SumResult result = await client.SumAsync(1, 2);
                        if (!result.IsSum)
                            return result.Outcome;
                    }
                }
                catch (ObjectDisposedException)
                {
                    return SumOutcome.NotSent;
                }
            }))];
            await peer.ServeAsync(round % 5);
            if (round % 2 == 0)
                peer.Reset();
            await client.DisposeAsync();
            (await Task.WhenAll(callers)).Should()
                .OnlyContain(outcome => outcome == SumOutcome.NotSent || outcome == SumOutcome.OutcomeUnknown);
            while (HasEvent)
                await NextEventAsync();
        }
    }
}
