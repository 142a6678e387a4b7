using FluentAssertions;
using SumSocket.Client;
using SumSocket.Client.Tcp;
using SumSocket.Protocol;
using Xunit;

namespace SumSocket.Tests.Client.Tcp;

public class LostConnectionTests : ClientTest
{
    [Theory(Timeout = TestTimeout.Milliseconds)]
    [InlineData(true, "connection reset by peer")]
    [InlineData(false, "connection closed by peer")]
    public async Task Sends_again_in_order_what_was_in_flight(bool reset, string reason)
    {
        SumTcpClient client = NewClient();
        ScriptedPeer peer = await OpenAsync(client);
        Task<SumResult>[] pending = [.. Enumerable.Range(0, 10).Select(i => Ask(client, i, 0))];
        List<Request> requests = await peer.ReadRequestsAsync(10);
        for (int i = 0; i < 3; i++)
            await peer.AnswerAsync(requests[i]);
        await Task.WhenAll(pending[..3]);
        if (reset)
            peer.Reset();
        else
            peer.Close();

        (await NextEventAsync()).Should()
            .BeEquivalentTo(new { Kind = ConnectionEventKind.Lost, Reason = reason, Attempt = 0, RetryIn = TimeSpan.Zero });
        ScriptedPeer next = await Server.AcceptAsync();
        (await NextEventAsync()).Should().BeEquivalentTo(new { Kind = ConnectionEventKind.Connected, Attempt = 1 });
        for (int i = 3; i < 10; i++)
        {
            Request again = (await next.ReadRequestsAsync(1))[0];
            again.A.Should().Be(i);
            await next.AnswerAsync(again);
        }

        (await Task.WhenAll(pending)).Select(result => result.Sum).Should().Equal(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Says_how_old_it_was_how_long_it_was_silent_and_how_many_answers_came()
    {
        SumTcpClient client = NewClient();
        ScriptedPeer peer = await OpenAsync(client);
        for (int i = 0; i < 3; i++)
        {
            Clock.Advance(TimeSpan.FromSeconds(4));
            Task<SumResult> pending = Ask(client, i, 0);
            await peer.AnswerAsync((await peer.ReadRequestsAsync(1))[0]);
            await pending;
        }

        Clock.Advance(TimeSpan.FromSeconds(29.5));
        peer.Close();

        ConnectionEvent lost = await NextEventAsync();
        lost.End.Should().Be(new ConnectionEnd(TimeSpan.FromSeconds(41.5), TimeSpan.FromSeconds(29.5), Answers: 4));
        lost.Describe().Should().Be("connection closed by peer after 29.5 s of silence (41.5 s old, 4 answers)");
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Reports_what_was_sent_as_unknown_when_it_may_not_send_again_and_lets_the_rest_wait()
    {
        SumTcpClient client = NewClient(options => options with { ResendLost = false, MaxInFlight = 2 });
        ScriptedPeer peer = await OpenAsync(client);
        Task<SumResult>[] pending = [.. Enumerable.Range(0, 3).Select(i => Ask(client, i, 0))];
        await peer.ReadRequestsAsync(2);
        peer.Reset();

        (await pending[0]).Outcome.Should().Be(SumOutcome.OutcomeUnknown);
        (await pending[1]).Outcome.Should().Be(SumOutcome.OutcomeUnknown);
        ScriptedPeer next = await Server.AcceptAsync();
        await next.ServeAsync();
        (await pending[2]).Sum.Should().Be(2);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Takes_every_answer_that_arrived_before_the_end_of_the_stream()
    {
        SumTcpClient client = NewClient(options => options with { ResendLost = false, RetryEnded = false });
        ScriptedPeer peer = await OpenAsync(client);
        Task<SumResult>[] pending = [.. Enumerable.Range(0, 300).Select(i => Ask(client, i, 0))];
        await peer.ReadRequestsAsync(300);
        await peer.SendAsync(string.Concat(Enumerable.Range(0, 299).Select(i => $$"""{"Sum":{{i}}}""")));
        peer.ShutdownSend();

        (await Task.WhenAll(pending[..299])).Select(result => result.Sum).Should().Equal(Enumerable.Range(0, 299).Select(i => (long)i));
        (await pending[299]).Outcome.Should().Be(SumOutcome.OutcomeUnknown);
        await peer.ReadToEndAsync(); // the client closes its side, too
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Says_when_the_stream_ended_inside_an_answer()
    {
        SumTcpClient client = NewClient();
        ScriptedPeer peer = await OpenAsync(client);
        Task<SumResult> pending = Ask(client, 1, 0);
        await peer.ReadRequestsAsync(1);
        await peer.SendAsync("""{"Sum":1""");
        peer.ShutdownSend();

        (await NextEventAsync()).Reason.Should().Be("connection closed by peer inside an answer");
        await (await Server.AcceptAsync()).ServeAsync();
        (await pending).Sum.Should().Be(1);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Does_not_dial_again_before_the_next_request()
    {
        SumTcpClient client = NewClient();
        ScriptedPeer peer = await OpenAsync(client);
        peer.Close();
        (await NextEventAsync()).Kind.Should().Be(ConnectionEventKind.Lost);
        HasEvent.Should().BeFalse();

        Task<SumResult> pending = Ask(client, 1, 0);
        await (await Server.AcceptAsync()).ServeAsync();
        (await pending).Sum.Should().Be(1);
        (await NextEventAsync()).Kind.Should().Be(ConnectionEventKind.Connected);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Finds_a_server_that_was_restarted_on_its_port()
    {
        await using var first = NewServer();
        SumTcpClient client = NewClient(options => options with { Port = first.Port });
        Task<SumResult> pending = Ask(client, 1, 0);
        await (await first.AcceptAsync()).ServeAsync();
        await pending;
        (await NextEventAsync()).Kind.Should().Be(ConnectionEventKind.Connected);
        await first.DisposeAsync();
        (await NextEventAsync()).Kind.Should().Be(ConnectionEventKind.Lost);

        pending = Ask(client, 2, 0);
        ConnectionEvent failed = await NextEventAsync();
        failed.Should().BeEquivalentTo(new { Kind = ConnectionEventKind.ConnectFailed, Reason = "connection refused", Attempt = 1 });
        await using var second = NewServer(first.Port);
        await Clock.UntilTimerIsSetAsync(failed.RetryIn);
        Clock.Advance(failed.RetryIn);
        await (await second.AcceptAsync()).ServeAsync();
        (await pending).Sum.Should().Be(2);
        (await NextEventAsync()).Should().BeEquivalentTo(new { Kind = ConnectionEventKind.Connected, Attempt = 2 });
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Gives_busy_to_the_request_that_was_in_flight_and_holds_the_next_attempt_back()
    {
        SumTcpClient client = NewClient();
        Task<SumResult> first = Ask(client, 1, 0);
        Task<SumResult> second = Ask(client, 2, 0);
        ScriptedPeer peer = await Server.AcceptAsync();
        await peer.SendAsync("""{"Error":"busy","Message":"the server is at its connection limit"}""" + "\n");

        (await first).Should().Be(new SumResult(SumOutcome.ServerError, 0, ErrorCode.Busy));
        (await NextEventAsync()).Kind.Should().Be(ConnectionEventKind.Connected);
        ConnectionEvent lost = await NextEventAsync();
        lost.Should().BeEquivalentTo(new { Kind = ConnectionEventKind.Lost, Reason = "server said busy" });
        lost.RetryIn.Should().BeGreaterThan(TimeSpan.Zero, "a connection that gave no good answer counts as a failure");

        await Clock.UntilTimerIsSetAsync(lost.RetryIn);
        Clock.Advance(lost.RetryIn);
        await (await Server.AcceptAsync()).ServeAsync();
        (await second).Sum.Should().Be(2);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Takes_an_error_that_answers_nothing_for_the_reason_of_the_end()
    {
        SumTcpClient client = NewClient();
        ScriptedPeer peer = await OpenAsync(client);
        await peer.SendAsync("""{"Error":"timeout","Message":"the message was not completed in time"}""" + "\n");

        (await NextEventAsync()).Should().BeEquivalentTo(new { Kind = ConnectionEventKind.Lost, Reason = "server said timeout" });
    }

    [Theory(Timeout = TestTimeout.Milliseconds)]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n")]
    [InlineData("""{"Hello":1}""")]
    [InlineData("""{"Sum":1.0}""")]
    [InlineData("\0")]
    public async Task Drops_a_peer_that_does_not_speak_the_protocol_and_sends_nothing_again(string bytes)
    {
        SumTcpClient client = NewClient();
        ScriptedPeer peer = await OpenAsync(client);
        Task<SumResult>[] pending = [Ask(client, 1, 0), Ask(client, 2, 0), Ask(client, 3, 0)];
        await peer.ReadRequestsAsync(3);
        await peer.SendAsync("""{"Sum":1}""" + bytes);

        (await pending[0]).Sum.Should().Be(1, "it came before the violation");
        (await pending[1]).Outcome.Should().Be(SumOutcome.OutcomeUnknown);
        (await pending[2]).Outcome.Should().Be(SumOutcome.OutcomeUnknown);
        (await NextEventAsync()).Reason.Should().Be("protocol violation: not an answer");
        HasEvent.Should().BeFalse("no request waits for another connection");
    }

    [Theory(Timeout = TestTimeout.Milliseconds)]
    [InlineData("-ERR unknown command\r\nmore", "-ERR unknown command")]
    [InlineData("\r\n220 ready\r\n", "220 ready")]
    [InlineData("SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n", "SSH-2.0-OpenSSH_9.2p1 Debian-2+d...")]
    [InlineData("\u0001\\\u001b[31m", @"\x01\\\x1B[31m")]
    [InlineData("""{"Hello":1}""", """{"Hello":1}""")]
    public async Task Says_with_what_a_peer_that_is_no_sum_server_began(string bytes, string shown)
    {
        SumTcpClient client = NewClient();
        Task<SumResult> pending = Ask(client, 7, 4);
        ScriptedPeer peer = await Server.AcceptAsync();
        await peer.ReadRequestsAsync(1);
        (await NextEventAsync()).Kind.Should().Be(ConnectionEventKind.Connected);
        await peer.SendAsync(bytes);

        ConnectionEvent lost = await NextEventAsync();
        lost.Reason.Should().Be($"this is no sum server (it said \"{shown}\")");
        lost.Peer.Should().Be(WrongPeer.NoSumServer);
        (await pending).Outcome.Should().Be(SumOutcome.OutcomeUnknown, "it is not sent again");
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Drops_a_peer_that_answers_more_than_was_sent()
    {
        SumTcpClient client = NewClient();
        ScriptedPeer peer = await OpenAsync(client);
        await peer.SendAsync("""{"Sum":11}""");
        (await NextEventAsync()).Reason.Should().Be("protocol violation: an answer to no request");
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Does_not_call_the_next_request_maybe_sent_because_an_earlier_one_was()
    {
        SumTcpClient client = NewClient();
        ScriptedPeer peer = await OpenAsync(client);
        Task<SumResult> pending = Ask(client, 1, 0);
        await peer.ReadRequestsAsync(1);
        peer.Reset();
        ScriptedPeer next = await Server.AcceptAsync();
        await next.ServeAsync();
        (await pending).Sum.Should().Be(1);
        Server.Close();
        next.Close();
        while ((await NextEventAsync()).Kind != ConnectionEventKind.Connected)
        {
        }

        (await NextEventAsync()).Kind.Should().Be(ConnectionEventKind.Lost);
        pending = Ask(client, 2, 0); // takes the same pooled object
        (await NextEventAsync()).Kind.Should().Be(ConnectionEventKind.ConnectFailed);
        await client.DisposeAsync();
        (await pending).Outcome.Should().Be(SumOutcome.NotSent);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Survives_a_handler_that_throws()
    {
        SumTcpClient client = NewClient();
        client.ConnectionChanged += _ => throw new InvalidOperationException("a bug of the handler");
        ScriptedPeer peer = await OpenAsync(client);
        Task<SumResult> pending = Ask(client, 1, 0);
        await peer.ServeAsync();
        (await pending).Sum.Should().Be(1);
    }
}
