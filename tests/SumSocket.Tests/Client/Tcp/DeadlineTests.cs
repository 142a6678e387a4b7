using FluentAssertions;
using SumSocket.Client;
using SumSocket.Client.Tcp;
using SumSocket.Protocol;
using Xunit;

namespace SumSocket.Tests.Client.Tcp;

public class DeadlineTests : ClientTest
{
    private static readonly TimeSpan _timeout = TimeSpan.FromSeconds(30); // the default
    private static readonly TimeSpan _instant = TimeSpan.FromMilliseconds(1);

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Times_a_request_out_at_its_deadline_and_ends_the_connection()
    {
        SumTcpClient client = NewClient();
        ScriptedPeer peer = await OpenAsync(client);
        Task<SumResult> pending = Ask(client, 1, 2);
        await peer.ReadRequestsAsync(1);

        Clock.Advance(_timeout - _instant);
        pending.IsCompleted.Should().BeFalse();
        Clock.Advance(_instant);

        (await pending).Should().Be(new SumResult(SumOutcome.TimedOut));
        (await NextEventAsync()).Should().BeEquivalentTo(new { Kind = ConnectionEventKind.Lost, Reason = "no answer in time" });
        (await peer.ReadRequestAsync()).Should().BeNull("the client has ended the connection");
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Sends_the_younger_requests_again_when_the_oldest_times_out()
    {
        SumTcpClient client = NewClient();
        ScriptedPeer peer = await OpenAsync(client);
        Task<SumResult> oldest = Ask(client, 1, 0);
        Clock.Advance(TimeSpan.FromSeconds(10));
        Task<SumResult> second = Ask(client, 2, 0);
        Task<SumResult> third = Ask(client, 3, 0);
        await peer.ReadRequestsAsync(3);

        Clock.Advance(TimeSpan.FromSeconds(20));
        (await oldest).Outcome.Should().Be(SumOutcome.TimedOut);

        ScriptedPeer next = await Server.AcceptAsync();
        Request again = (await next.ReadRequestsAsync(1))[0];
        again.A.Should().Be(2);
        await next.AnswerAsync(again);
        (await second).Sum.Should().Be(2);

        // Sent again, it keeps its deadline: 30 s after the call, not after the resend.
        (await next.ReadRequestsAsync(1))[0].A.Should().Be(3);
        Clock.Advance(TimeSpan.FromSeconds(10));
        (await third).Outcome.Should().Be(SumOutcome.TimedOut);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Reports_the_younger_requests_as_unknown_when_they_may_not_be_sent_again()
    {
        SumTcpClient client = NewClient(options => options with { ResendLost = false });
        ScriptedPeer peer = await OpenAsync(client);
        Task<SumResult> oldest = Ask(client, 1, 0);
        Clock.Advance(TimeSpan.FromSeconds(10));
        Task<SumResult> younger = Ask(client, 2, 0);
        await peer.ReadRequestsAsync(2);

        Clock.Advance(TimeSpan.FromSeconds(20));
        (await oldest).Outcome.Should().Be(SumOutcome.TimedOut);
        (await younger).Outcome.Should().Be(SumOutcome.OutcomeUnknown);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Reports_a_request_that_never_left_as_not_sent()
    {
        SumTcpClient client = NewClient(options => options with { MaxInFlight = 1 });
        ScriptedPeer peer = await OpenAsync(client);
        Task<SumResult> inFlight = Ask(client, 1, 0);
        Task<SumResult> waiting = Ask(client, 2, 0);
        await peer.ReadRequestsAsync(1);
        Clock.Advance(_timeout);

        (await inFlight).Outcome.Should().Be(SumOutcome.TimedOut);
        (await waiting).Outcome.Should().Be(SumOutcome.NotSent);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Ends_a_connection_that_owes_answers_which_no_caller_waits_for_any_more()
    {
        SumTcpClient client = NewClient();
        ScriptedPeer peer = await OpenAsync(client);
        using var cancel = new CancellationTokenSource();
        Task<SumResult> cancelled = Ask(client, 1, 0, cancel.Token);
        await peer.ReadRequestsAsync(1);
        await cancel.CancelAsync();
        await FluentActions.Awaiting(() => cancelled).Should().ThrowAsync<OperationCanceledException>();
        Clock.Advance(_timeout);

        (await NextEventAsync()).Reason.Should().Be("no answer in time");
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Takes_an_answer_at_the_last_instant()
    {
        SumTcpClient client = NewClient();
        ScriptedPeer peer = await OpenAsync(client);
        for (int i = 0; i < 3; i++)
        {
            Task<SumResult> pending = Ask(client, i, 0);
            await peer.ReadRequestsAsync(1);
            Clock.Advance(_timeout - _instant);
            await peer.SendAsync($$"""{"Sum":{{i}}}""" + "\n");
            (await pending).Sum.Should().Be(i);
        }

        HasEvent.Should().BeFalse();
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Does_not_time_out_what_was_pending_while_the_process_stood_still()
    {
        SumTcpClient client = NewClient();
        ScriptedPeer peer = await OpenAsync(client);
        Task<SumResult> pending = Ask(client, 1, 0);
        await peer.ReadRequestsAsync(1);

        Clock.Jump(TimeSpan.FromHours(1));
        HasEvent.Should().BeFalse("the time the process stood still is not the peer's fault");
        Clock.Advance(TimeSpan.FromSeconds(28));
        await peer.SendAsync("""{"Sum":1}""" + "\n");
        (await pending).Sum.Should().Be(1);

        // Afterwards time counts as before.
        Task<SumResult> next = Ask(client, 2, 0);
        Clock.Advance(_timeout);
        (await next).Outcome.Should().Be(SumOutcome.TimedOut);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Sends_again_what_was_pending_when_the_connection_did_not_survive_a_standstill()
    {
        SumTcpClient client = NewClient();
        ScriptedPeer peer = await OpenAsync(client);
        Task<SumResult> pending = Ask(client, 1, 0);
        await peer.ReadRequestsAsync(1);

        Clock.Suspend(TimeSpan.FromHours(1)); // the end of the connection is noticed before the timer fires
        peer.Reset();

        await (await Server.AcceptAsync()).ServeAsync();
        (await pending).Sum.Should().Be(1);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Adds_no_standstill_to_the_time_of_a_request_made_after_it()
    {
        SumTcpClient client = NewClient();
        ScriptedPeer peer = await OpenAsync(client);
        Task<SumResult> before = Ask(client, 1, 0);
        Clock.Suspend(TimeSpan.FromHours(1));
        Task<SumResult> after = Ask(client, 2, 0); // before the timer fires
        Clock.Advance(TimeSpan.Zero);
        await peer.ServeAsync();
        (await before).Sum.Should().Be(1);
        await peer.ReadRequestsAsync(1);

        Clock.Advance(_timeout - _instant);
        after.IsCompleted.Should().BeFalse();
        Clock.Advance(_instant);
        (await after).Outcome.Should().Be(SumOutcome.TimedOut);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Never_times_out_without_a_limit()
    {
        SumTcpClient client = NewClient(options => options with { RequestTimeout = Timeout.InfiniteTimeSpan });
        ScriptedPeer peer = await OpenAsync(client);
        Task<SumResult> pending = Ask(client, 1, 0);
        await peer.ReadRequestsAsync(1);
        Clock.Advance(TimeSpan.FromDays(400));
        await peer.SendAsync("""{"Sum":1}""" + "\n");
        (await pending).Sum.Should().Be(1);
    }
}
