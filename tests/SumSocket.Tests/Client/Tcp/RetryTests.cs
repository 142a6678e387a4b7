using FluentAssertions;
using SumSocket.Client;
using SumSocket.Client.Tcp;
using SumSocket.Protocol;
using Xunit;

namespace SumSocket.Tests.Client.Tcp;

/// <summary>A client that resends nothing but what a server left unanswered when it closed in order.</summary>
public class RetryTests : ClientTest
{
    private static readonly SumRequest[] _two = [new(1, 2, Tag: 10), new(3, 4, Tag: 11)];

    private readonly RecordingObserver _observer = new();

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Sends_again_in_order_what_the_server_left_unanswered_when_it_closed_in_order()
    {
        SumTcpClient client = NewProbe();
        ScriptedPeer peer = await OpenAsync(client);
        Task<SumResult>[] pending = [.. Enumerable.Range(0, 3).Select(i => Ask(client, i, 0))];
        await peer.ServeAsync();
        await pending[0];
        await peer.ReadRequestsAsync(2);
        peer.ShutdownSend();

        await (await Server.AcceptAsync()).ServeAsync(2);
        (await Task.WhenAll(pending)).Should().Equal(
            new SumResult(SumOutcome.Sum, 0), Retried(1), Retried(2));
        Task<SumResult> next = Ask(client, 3, 0); // with a pooled object
        await peer.ReadToEndAsync();
        (await NextEventAsync()).Kind.Should().Be(ConnectionEventKind.Lost);
        await client.DisposeAsync();
        (await next).IsRetried.Should().BeFalse();
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Sends_an_observers_requests_again()
    {
        SumTcpClient client = NewProbe();
        ScriptedPeer peer = await OpenAsync(client);
        client.Submit(_two, _observer);
        await peer.ReadRequestsAsync(2);
        peer.ShutdownSend();

        await (await Server.AcceptAsync()).ServeAsync(2);
        (await _observer.NextAsync(2)).Select(ended => (ended.Tag, ended.Result)).Should().Equal((10, Retried(3)), (11, Retried(7)));
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Sends_nothing_again_after_a_reset()
    {
        SumTcpClient client = NewProbe();
        ScriptedPeer peer = await OpenAsync(client);
        Task<SumResult> pending = Ask(client, 1, 0);
        await peer.ReadRequestsAsync(1);
        peer.Reset();

        (await pending).Should().Be(new SumResult(SumOutcome.OutcomeUnknown));
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Sends_nothing_again_after_an_end_inside_an_answer()
    {
        SumTcpClient client = NewProbe();
        ScriptedPeer peer = await OpenAsync(client);
        Task<SumResult>[] pending = [Ask(client, 1, 0), Ask(client, 2, 0)];
        await peer.ReadRequestsAsync(2);
        await peer.SendAsync("""{"Sum":1""");
        peer.ShutdownSend();

        (await Task.WhenAll(pending)).Should().AllBeEquivalentTo(new SumResult(SumOutcome.OutcomeUnknown));
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Sends_nothing_again_after_an_error_with_which_the_server_closes()
    {
        SumTcpClient client = NewProbe();
        ScriptedPeer peer = await OpenAsync(client);
        Task<SumResult>[] pending = [Ask(client, 1, 0), Ask(client, 2, 0)];
        await peer.ReadRequestsAsync(2);
        await peer.SendAsync("""{"Error":"busy","Message":"the server is at its connection limit"}""" + "\n");
        peer.ShutdownSend();

        (await Task.WhenAll(pending)).Should().Equal(
            new SumResult(SumOutcome.ServerError, 0, ErrorCode.Busy), new SumResult(SumOutcome.OutcomeUnknown));
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Sends_nothing_again_when_the_options_say_no()
    {
        SumTcpClient client = NewProbe(options => options with { RetryEnded = false });
        ScriptedPeer peer = await OpenAsync(client);
        Task<SumResult> pending = Ask(client, 1, 0);
        await peer.ReadRequestsAsync(1);
        peer.ShutdownSend();

        (await pending).Should().Be(new SumResult(SumOutcome.OutcomeUnknown));
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task The_deadline_counts_from_the_first_try()
    {
        TimeSpan timeout = TimeSpan.FromSeconds(5);
        SumTcpClient client = NewProbe(options => options with { RequestTimeout = timeout });
        ScriptedPeer peer = await OpenAsync(client);
        Task<SumResult> pending = Ask(client, 1, 0);
        await peer.ReadRequestsAsync(1);
        Clock.Advance(timeout / 2);
        peer.ShutdownSend();
        ScriptedPeer next = await Server.AcceptAsync();
        await next.ReadRequestsAsync(1);
        pending.IsCompleted.Should().BeFalse();

        Clock.Advance(timeout / 2);

        (await pending).Should().Be(new SumResult(SumOutcome.TimedOut) { IsRetried = true });
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task A_server_that_closes_at_once_is_called_five_times_for_one_request_with_growing_pauses_between()
    {
        SumTcpClient client = NewProbe();
        Task<SumResult> pending = Ask(client, 1, 0);
        List<TimeSpan> pauses = [];
        for (int call = 1; call <= 5; call++)
        {
            ScriptedPeer peer = await Server.AcceptAsync();
            await peer.ReadRequestsAsync(1);
            peer.ShutdownSend();
            (await NextEventAsync()).Kind.Should().Be(ConnectionEventKind.Connected);
            ConnectionEvent lost = await NextEventAsync();
            lost.Reason.Should().Be("connection closed by peer");
            pauses.Add(lost.RetryIn);
            if (call == 5)
                break;
            await Clock.UntilTimerIsSetAsync(lost.RetryIn);
            pending.IsCompleted.Should().BeFalse("it waits for the pause, though others would not");
            Clock.Advance(lost.RetryIn);
        }

        (await pending).Should().Be(new SumResult(SumOutcome.OutcomeUnknown) { IsRetried = true });
        pauses.Should().BeInAscendingOrder().And.OnlyContain(pause => pause > TimeSpan.Zero);
        (await Ask(client, 2, 0)).Should().Be(new SumResult(SumOutcome.NotSent), "nothing is retried now, so nothing waits");
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task What_comes_while_a_request_waits_to_be_retried_waits_with_it()
    {
        SumTcpClient client = NewProbe();
        Task<SumResult> first = Ask(client, 1, 0);
        ScriptedPeer peer = await Server.AcceptAsync();
        await peer.ReadRequestsAsync(1);
        peer.ShutdownSend();
        await NextEventAsync();
        ConnectionEvent lost = await NextEventAsync();

        Task<SumResult> second = Ask(client, 2, 0);
        await Clock.UntilTimerIsSetAsync(lost.RetryIn);
        Clock.Advance(lost.RetryIn);

        await (await Server.AcceptAsync()).ServeAsync(2);
        (await first).Should().Be(Retried(1));
        (await second).Should().Be(new SumResult(SumOutcome.Sum, 2));
    }

    private static SumResult Retried(long sum) => new(SumOutcome.Sum, sum) { IsRetried = true };

    /// <summary>As ping and bench make them.</summary>
    private SumTcpClient NewProbe(Func<SumTcpClientOptions, SumTcpClientOptions>? change = null)
    {
        SumTcpClient client = NewClient(options =>
        {
            options = options with { ResendLost = false, WaitForReady = false };
            return change?.Invoke(options) ?? options;
        });
        return client;
    }
}
