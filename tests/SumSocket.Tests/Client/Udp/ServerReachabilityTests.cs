using System.Net;
using FluentAssertions;
using SumSocket.Client;
using SumSocket.Client.Udp;
using SumSocket.Protocol;
using SumSocket.Server.Udp;
using Xunit;

namespace SumSocket.Tests.Client.Udp;

/// <summary>Servers that are not there yet, or not any more.</summary>
public sealed class ServerReachabilityTests : UdpClientTest
{
    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Reports_a_refusal_once_and_sends_on_until_a_server_listens()
    {
        int port = ScriptedUdpPeer.UnusedPort();
        SumUdpClient client = await NewClientAsync(options => options with { Port = port });
        Task<SumResult> pending = Ask(client, 1, 2);
        ConnectionEvent refused = await NextEventAsync();
        refused.Should().Be(new ConnectionEvent(
            ConnectionEventKind.ConnectFailed, new IPEndPoint(
                IPAddress.Loopback, port), "connection refused", 1, Cause: ConnectionCause.Refused));
        for (int i = 1; i <= 5; i++)
        {
            Clock.Advance(TimeSpan.FromMilliseconds(200 << (i - 1)));
            await TestTimeout.UntilAsync(() => client.Counts.Refused >= i + 1, "the repeat was refused, too");
        }

        pending.IsCompleted.Should().BeFalse();
        HasEvent.Should().BeFalse("it is one outage");
        using var late = new ScriptedUdpPeer(port);
        Clock.Advance(TimeSpan.FromSeconds(6));
        late.Answer(await late.ReadAsync());
        (await pending).Sum.Should().Be(3);
        (await NextEventAsync()).Should().Be(new ConnectionEvent(
            ConnectionEventKind.Connected, new IPEndPoint(IPAddress.Loopback, port), string.Empty, 2));
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Reports_the_first_answer_as_a_connection_and_no_other()
    {
        SumUdpClient client = await NewClientAsync();
        await RoundAsync(client);
        (await NextEventAsync()).Kind.Should().Be(ConnectionEventKind.Connected);
        await RoundAsync(client);
        HasEvent.Should().BeFalse();
    }

    [Theory(Timeout = TestTimeout.Milliseconds)]
    [InlineData(true)]
    [InlineData(false)] // without ids it is unknown to what it was an answer; that there was one is enough
    public async Task An_answer_that_comes_too_late_shows_that_the_server_is_there(bool useIds)
    {
        SumUdpClient client = await NewClientAsync(options => options with { Repeat = false, UseIds = useIds });
        Task<SumResult> pending = Ask(client, 1, 2);
        Request request = await Peer.ReadAsync();
        Clock.Advance(TimeSpan.FromSeconds(30));
        (await pending).Outcome.Should().Be(SumOutcome.TimedOut);
        HasEvent.Should().BeFalse();

        Peer.Answer(request);

        (await NextEventAsync()).Kind.Should().Be(ConnectionEventKind.Connected);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task With_ids_an_answer_to_no_request_shows_nothing()
    {
        SumUdpClient client = await NewClientAsync();
        Task<SumResult> pending = Ask(client, 1, 2);
        await Peer.ReadAsync();

        Peer.Send("""{"Sum":3}""");
        await TestTimeout.UntilAsync(() => client.Counts.Foreign == 1, "the answer was received");

        HasEvent.Should().BeFalse();
        pending.IsCompleted.Should().BeFalse();
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Finds_a_server_by_its_name()
    {
        SumUdpClient client = await NewClientAsync(options => options with { Host = "localhost" });
        await RoundAsync(client);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Outlives_a_server_that_goes_and_comes_back()
    {
        var endPoint = new IPEndPoint(IPAddress.Loopback, ScriptedUdpPeer.UnusedPort());
        SumUdpClient client = await NewClientAsync(
            options => options with { Port = endPoint.Port, RequestTimeout = Timeout.InfiniteTimeSpan }); // the clock runs ahead
        for (int round = 0; round < 3; round++)
        {
            await using var server = new SumUdpServer(new SumUdpServerOptions { EndPoints = [endPoint] });
            server.Start();
            Task<SumResult> pending = Ask(client, round, 1);
            await TestTimeout.UntilAsync(() => AnsweredOneInstantLater(pending), "the request or a repeat is answered");
            (await pending).Sum.Should().Be(round + 1);
            (await NextEventAsync()).Kind.Should().Be(ConnectionEventKind.Connected);
            await server.StopAsync();
            using var cancel = new CancellationTokenSource();
            Task<SumResult> refused = Ask(client, 1, 2, cancel.Token);
            (await NextEventAsync()).Reason.Should().Be("connection refused");
            await cancel.CancelAsync();
            await FluentActions.Awaiting(() => refused).Should().ThrowAsync<OperationCanceledException>();
        }
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Lets_a_refused_request_that_is_sent_once_wait_for_its_deadline()
    {
        int port = ScriptedUdpPeer.UnusedPort();
        SumUdpClient client = await NewClientAsync(options => options with { Port = port, Repeat = false });
        Task<SumResult> pending = Ask(client, 1, 2);
        await NextEventAsync();
        Clock.Advance(TimeSpan.FromSeconds(29));
        pending.IsCompleted.Should().BeFalse();
        Clock.Advance(TimeSpan.FromSeconds(1));
        (await pending).Outcome.Should().Be(SumOutcome.TimedOut);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Ends_what_is_in_flight_at_a_refusal_when_the_options_say_so_and_sends_what_waits()
    {
        int port = ScriptedUdpPeer.UnusedPort();
        SumUdpClient client = await NewClientAsync(
            options => options with { Port = port, Repeat = false, EndOnRefusal = true, MaxInFlight = 1 });
        Task<SumResult> first = Ask(client, 1, 2), second = Ask(client, 3, 4);
        (await first).Outcome.Should().Be(SumOutcome.OutcomeUnknown);
        (await second).Outcome.Should().Be(SumOutcome.OutcomeUnknown);
        (await NextEventAsync()).Reason.Should().Be("connection refused");
        HasEvent.Should().BeFalse("it is one outage");

        using var late = new ScriptedUdpPeer(port);
        Task<SumResult> third = Ask(client, 5, 6);
        late.Answer(await late.ReadAsync());

        (await third).Sum.Should().Be(11);
        (await NextEventAsync()).Kind.Should().Be(ConnectionEventKind.Connected);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task A_caller_whose_request_was_refused_has_had_the_event_that_says_why()
    {
        SumUdpClient client = await NewClientAsync(
            options => options with { Port = ScriptedUdpPeer.UnusedPort(), Repeat = false, EndOnRefusal = true });
        ObservedEnd observer = new(() => HasEvent);

        client.Submit([new SumRequest(1, 2, 0)], observer);

        (await observer.Ended.WaitAsync(TestTimeout.Span)).Should().Be((SumOutcome.OutcomeUnknown, true));
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Says_what_name_it_cannot_find_and_tries_it_again_while_a_request_waits()
    {
        var client = new SumUdpClient(new SumUdpClientOptions { Host = new string('x', 300) }, null, Clock);
        var events = System.Threading.Channels.Channel.CreateUnbounded<ConnectionEvent>();
        client.ConnectionChanged += happened => events.Writer.TryWrite(happened);
        (await FluentActions.Awaiting(() => client.ConnectAsync()).Should().ThrowAsync<SumConnectException>())
            .WithMessage("*:5656: host not found");
        Task<SumResult> pending = Ask(client, 1, 2);
        for (int attempt = 1; attempt <= 3; attempt++)
        {
            ConnectionEvent failed = await events.Reader.ReadAsync();
            failed.Should().BeEquivalentTo(new
            {
                Kind = ConnectionEventKind.ConnectFailed,
                Reason = "host not found",
                Cause = ConnectionCause.NameNotFound,
                Attempt = attempt,
            });
            await Clock.UntilTimerIsSetAsync(failed.RetryIn);
            Clock.Advance(failed.RetryIn);
        }

        await client.DisposeAsync();
        (await pending).Outcome.Should().Be(SumOutcome.NotSent);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Ends_what_waits_for_a_name_at_its_deadline()
    {
        await using var client = new SumUdpClient(new SumUdpClientOptions { Host = new string('x', 300) }, null, Clock);
        Task<SumResult> pending = Ask(client, 1, 2);
        Clock.Advance(TimeSpan.FromMilliseconds(29_999));
        pending.IsCompleted.Should().BeFalse();
        Clock.Advance(TimeSpan.FromMilliseconds(1));
        (await pending).Outcome.Should().Be(SumOutcome.NotSent);
    }

    private sealed class ObservedEnd(Func<bool> look) : ISumObserver
    {
        private readonly TaskCompletionSource<(
            SumOutcome Outcome, bool Saw)> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<(SumOutcome Outcome, bool Saw)> Ended => _ended.Task;

        void ISumObserver.OnCompleted(ReadOnlySpan<SumCompletion> sums, long timestamp) => _ended.SetResult(
            (sums[0].Result.Outcome, look()));
    }

    private bool AnsweredOneInstantLater(Task pending)
    {
        Clock.Advance(TimeSpan.FromMilliseconds(1));
        return pending.IsCompleted;
    }
}
