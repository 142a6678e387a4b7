using System.Net;
using System.Net.Sockets;
using FluentAssertions;
using SumSocket.Client;
using SumSocket.Client.Tcp;
using SumSocket.Protocol;
using Xunit;

namespace SumSocket.Tests.Client.Tcp;

/// <summary>Connections that carry a limited number of requests each.</summary>
public sealed class RequestsPerConnectionTests : ClientTest
{
    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Closes_a_connection_after_its_last_answer_and_opens_the_next_when_a_request_needs_it()
    {
        SumTcpClient client = NewClient(2);
        ScriptedPeer first = await OpenAsync(client);
        Task<SumResult> second = Ask(client, 2, 0);
        await first.ServeAsync();

        (await second).Sum.Should().Be(2);
        (await first.ReadRequestAsync()).Should().BeNull("it was closed in order");
        (await NextEventAsync()).Should().BeEquivalentTo(new
        {
            Kind = ConnectionEventKind.Closed,
            RemoteEndPoint = new IPEndPoint(IPAddress.Loopback, Server.Port),
            Reason = "all its requests are answered",
            Cause = ConnectionCause.None,
            RetryIn = TimeSpan.Zero,
        });
        HasEvent.Should().BeFalse("no request needs a connection");

        Task<SumResult> third = Ask(client, 3, 0);
        await (await Server.AcceptAsync()).ServeAsync();
        (await third).Sum.Should().Be(3);
        (await NextEventAsync()).Should().BeEquivalentTo(new { Kind = ConnectionEventKind.Connected, Attempt = 1 });
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Requests_that_wait_get_one_connection_after_the_other_in_their_order()
    {
        SumTcpClient client = NewClient(1);
        Task<SumResult>[] pending = [.. Enumerable.Range(1, 5).Select(a => Ask(client, a, 0))];
        for (int a = 1; a <= pending.Length; a++)
        {
            ScriptedPeer peer = await Server.AcceptAsync();
            (await peer.ReadRequestsAsync(1))[0].A.Should().Be(a);
            pending[a - 1].IsCompleted.Should().BeFalse();
            await peer.AnswerAsync(new Request(a, 0));

            (await pending[a - 1]).Sum.Should().Be(a);
            (await peer.ReadRequestAsync()).Should().BeNull();
            (await NextEventAsync()).Kind.Should().Be(ConnectionEventKind.Connected);
            (await NextEventAsync()).Kind.Should().Be(ConnectionEventKind.Closed);
        }
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Pipelines_no_more_than_a_connection_may_carry_and_learns_on_each_whether_it_may()
    {
        SumTcpClient client = NewClient(4);
        RecordingObserver observer = new();
        client.Submit([.. Enumerable.Range(0, 10).Select(i => new SumRequest(i, 1, i))], observer);
        List<long> received = [];
        for (int connection = 0; connection < 3; connection++)
        {
            ScriptedPeer peer = await Server.AcceptAsync();
            Request alone = (await peer.ReadRequestsAsync(1))[0];
            peer.Unread.Should().Be(0, "it is not known yet whether this peer frames messages");
            await peer.AnswerAsync(alone);
            List<Request> others = await peer.ReadRequestsAsync(connection < 2 ? 3 : 1);
            peer.Unread.Should().Be(0);
            received.AddRange([alone.A, .. others.Select(request => request.A)]);
            foreach (Request request in others)
                await peer.AnswerAsync(request);
            if (connection < 2)
                (await peer.ReadRequestAsync()).Should().BeNull();
        }

        received.Should().Equal(Enumerable.Range(0, 10).Select(i => (long)i));
        (await observer.NextAsync(10)).Select(sum => (sum.Tag, sum.Result.Sum)).Should()
            .Equal(Enumerable.Range(0, 10).Select(i => ((long)i, i + 1L)));
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task A_cancelled_request_keeps_its_connection_until_its_answer_has_come()
    {
        SumTcpClient client = NewClient(1);
        using var cancel = new CancellationTokenSource();
        Task<SumResult> cancelled = Ask(client, 1, 0, cancel.Token);
        Task<SumResult> next = Ask(client, 2, 0);
        ScriptedPeer peer = await Server.AcceptAsync();
        Request late = (await peer.ReadRequestsAsync(1))[0];
        await cancel.CancelAsync();
        await FluentActions.Awaiting(() => cancelled).Should().ThrowAsync<OperationCanceledException>();
        await NextEventAsync();
        HasEvent.Should().BeFalse("its answer may still come");

        await peer.AnswerAsync(late);
        (await NextEventAsync()).Kind.Should().Be(ConnectionEventKind.Closed);
        await (await Server.AcceptAsync()).ServeAsync();
        (await next).Sum.Should().Be(2);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task A_cancelled_request_that_is_never_answered_holds_its_connection_no_longer_than_its_deadline()
    {
        SumTcpClient client = NewClient(1);
        using var cancel = new CancellationTokenSource();
        Task<SumResult> cancelled = Ask(client, 1, 0, cancel.Token);
        ScriptedPeer peer = await Server.AcceptAsync();
        await peer.ReadRequestsAsync(1);
        await cancel.CancelAsync();
        await FluentActions.Awaiting(() => cancelled).Should().ThrowAsync<OperationCanceledException>();
        Clock.Advance(TimeSpan.FromSeconds(29));
        Task<SumResult> next = Ask(client, 2, 0);
        await NextEventAsync();
        Clock.Advance(TimeSpan.FromSeconds(1));

        ConnectionEvent lost = await NextEventAsync();
        lost.Should().BeEquivalentTo(new { Kind = ConnectionEventKind.Lost, Reason = "no answer in time" });
        await Clock.UntilTimerIsSetAsync(lost.RetryIn);
        Clock.Advance(lost.RetryIn);
        await (await Server.AcceptAsync()).ServeAsync();
        (await next).Sum.Should().Be(2);
    }

    [Theory(Timeout = TestTimeout.Milliseconds)]
    [InlineData("""{"Error":"overflow"}""", ConnectionEventKind.Closed)]
    [InlineData("""{"Error":"busy"}""", ConnectionEventKind.Lost)] // what a server says as it closes
    public async Task An_error_is_an_answer_unless_the_server_closes_with_it(string answer, ConnectionEventKind end)
    {
        SumTcpClient client = NewClient(1);
        Task<SumResult> pending = Ask(client, 1, 0);
        ScriptedPeer peer = await Server.AcceptAsync();
        await peer.ReadRequestsAsync(1);
        await peer.SendAsync(answer);

        (await pending).Outcome.Should().Be(SumOutcome.ServerError);
        await NextEventAsync();
        (await NextEventAsync()).Kind.Should().Be(end);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task A_connection_that_dies_before_its_last_answer_is_lost_and_the_next_may_carry_as_many()
    {
        SumTcpClient client = NewClient(3);
        ScriptedPeer peer = await OpenAsync(client);
        Task<SumResult>[] pending = [.. Enumerable.Range(1, 4).Select(a => Ask(client, a, 0))];
        (await peer.ReadRequestsAsync(2)).Select(request => request.A).Should().Equal(1, 2);
        peer.Reset();

        (await NextEventAsync()).Should().BeEquivalentTo(new { Kind = ConnectionEventKind.Lost, Cause = ConnectionCause.Reset });
        ScriptedPeer next = await Server.AcceptAsync();
        await next.ServeAsync(3);
        (await next.ReadRequestAsync()).Should().BeNull();
        await (await Server.AcceptAsync()).ServeAsync();
        (await Task.WhenAll(pending)).Select(result => result.Sum).Should().Equal(1, 2, 3, 4);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Disposal_ends_what_is_on_a_connection_that_takes_no_more_and_what_waits_for_the_next()
    {
        SumTcpClient client = NewClient(1);
        Task<SumResult> sent = Ask(client, 1, 0);
        Task<SumResult> waiting = Ask(client, 2, 0);
        await (await Server.AcceptAsync()).ReadRequestsAsync(1);
        await client.DisposeAsync();

        ((await sent).Outcome, (await waiting).Outcome).Should().Be((SumOutcome.OutcomeUnknown, SumOutcome.NotSent));
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Says_when_a_connect_began_and_how_long_it_took()
    {
        SumTcpClient client = NewClient(1);
        Clock.Advance(TimeSpan.FromSeconds(5));
        await client.ConnectAsync();

        ConnectionEvent connected = await NextEventAsync();
        (connected.ConnectStarted, connected.ConnectTime).Should().Be((Clock.GetTimestamp(), TimeSpan.Zero), "this clock stands still");
    }

    [Fact]
    public void Says_that_ports_may_be_used_up() => ConnectResult.Failed(null, SocketError.AddressNotAvailable).Reason.Should()
        .Be("no local port or address left for it");

    private SumTcpClient NewClient(int requests) => NewClient(options => options with { RequestsPerConnection = requests });
}
