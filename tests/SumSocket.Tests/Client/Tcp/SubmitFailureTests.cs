using FluentAssertions;
using Microsoft.Extensions.Logging;
using SumSocket.Client;
using SumSocket.Client.Tcp;
using Xunit;

namespace SumSocket.Tests.Client.Tcp;

public sealed class SubmitFailureTests : ClientTest
{
    private static readonly SumRequest[] _two = [new(1, 2, Tag: 10), new(3, 4, Tag: 11)];

    private readonly RecordingObserver _observer = new();

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task The_deadline_ends_what_has_no_answer_and_the_connection()
    {
        SumTcpClient client = NewClient(
            options => options with { RequestTimeout = TimeSpan.FromSeconds(5), ResendLost = false, MaxInFlight = 2 });
        ScriptedPeer peer = await OpenAsync(client);
        client.Submit([.. _two, new(5, 6, Tag: 12)], _observer); // one of them waits
        await peer.ReadRequestsAsync(2);

        Clock.Advance(TimeSpan.FromSeconds(5));

        RecordingObserver.Call call = await _observer.NextCallAsync();
        call.Sums.Select(ended => (ended.Tag, ended.Result.Outcome)).Should().Equal(
            (10, SumOutcome.TimedOut), (11, SumOutcome.TimedOut), (12, SumOutcome.NotSent));
        call.Timestamp.Should().Be(Clock.GetTimestamp());
        (await NextEventAsync()).Cause.Should().Be(ConnectionCause.TimedOut);
        await peer.ReadToEndAsync();
    }

    [Theory(Timeout = TestTimeout.Milliseconds)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_lost_connection_is_replaced_and_what_was_on_it_sent_again_unless_the_options_say_no(bool resend)
    {
        SumTcpClient client = NewClient(options => options with { ResendLost = resend });
        ScriptedPeer peer = await OpenAsync(client);
        client.Submit(_two, _observer);
        await peer.ReadRequestsAsync(2);

        peer.Reset();

        if (resend)
        {
            ScriptedPeer next = await Server.AcceptAsync();
            await next.ServeAsync(2);
            (await _observer.NextAsync(2)).Select(ended => (ended.Tag, ended.Result.Sum)).Should().Equal((10, 3), (11, 7));
        }
        else
        {
            (await _observer.NextCallAsync()).Sums.Select(ended => (ended.Tag, ended.Result.Outcome)).Should().Equal(
                (10, SumOutcome.OutcomeUnknown), (11, SumOutcome.OutcomeUnknown));
        }

        (await NextEventAsync()).Cause.Should().Be(ConnectionCause.Reset);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task What_became_of_an_earlier_request_says_nothing_of_a_later_one()
    {
        SumTcpClient client = NewClient(options => options with { ResendLost = false });
        ScriptedPeer peer = await OpenAsync(client);
        client.Submit(_two, _observer);
        await peer.ReadRequestsAsync(2);
        Server.Close();
        peer.Reset();
        await _observer.NextAsync(2);

        client.Submit(_two, _observer); // it finds no connection
        await client.DisposeAsync();

        (await _observer.NextAsync(2)).Should().OnlyContain(ended => ended.Result.Outcome == SumOutcome.NotSent);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task The_event_that_says_why_comes_before_the_endings()
    {
        SumTcpClient client = NewClient(options => options with { ResendLost = false });
        ScriptedPeer peer = await OpenAsync(client);
        List<string> order = [];
        client.ConnectionChanged += change => order.Add(change.Reason);
        RecordingObserver observer = new(ended => order.Add(ended[0].Result.Outcome.ToString()));
        client.Submit(_two, observer);
        await peer.ReadRequestsAsync(2);

        await peer.SendAsync("{\"Error\":\"busy\"}");
        await observer.NextAsync(2);
        await client.DisposeAsync(); // the call has ended then

        order.Should().Equal("server said busy", "ServerError");
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task What_fails_at_once_is_reported_on_another_thread()
    {
        Server.Close();
        SumTcpClient client = NewClient(options => options with { WaitForReady = false });
        client.Submit(_two, _observer);
        (await _observer.NextAsync(2)).Should().OnlyContain(ended => ended.Result.Outcome == SumOutcome.NotSent);
        (await NextEventAsync()).Cause.Should().Be(ConnectionCause.Refused);

        Thread sending = new(() => client.Submit(_two, _observer)); // attempts are held back now
        sending.Start();
        RecordingObserver.Call call = await _observer.NextCallAsync();
        sending.Join();

        call.Sums.Select(ended => (ended.Tag, ended.Result.Outcome)).Should().Equal((10, SumOutcome.NotSent), (11, SumOutcome.NotSent));
        call.Thread.Should().NotBe(sending.ManagedThreadId);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task An_observer_that_sends_again_what_failed_at_once_is_called_again_and_not_from_inside()
    {
        Server.Close();
        SumTcpClient client = NewClient(options => options with { WaitForReady = false });
        int left = 5_000; // deep enough to see a recursion
        RecordingObserver? observer = null;
        observer = new RecordingObserver(ended =>
        {
            if (left-- > 0)
                client.Submit([new(1, 2)], observer!);
        });
        client.Submit([new(1, 2)], observer);

        await observer.NextAsync(5_001);

        observer.WasEnteredTwice.Should().BeFalse();
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task What_ends_while_an_observer_is_called_is_reported_after_that()
    {
        SumTcpClient client = NewClient(options => options with { RequestTimeout = TimeSpan.FromSeconds(1), ResendLost = false });
        ScriptedPeer peer = await OpenAsync(client);
        RecordingObserver observer = new(_ => Clock.Advance(TimeSpan.FromSeconds(1))); // and the sweep runs, here and now
        client.Submit(_two, observer);
        await peer.ReadRequestsAsync(2);

        await peer.SendAsync("{\"Sum\":3}\n");

        (await observer.NextAsync(2)).Select(ended => (ended.Tag, ended.Result.Outcome)).Should().Equal(
            (10, SumOutcome.Sum), (11, SumOutcome.TimedOut));
        observer.WasEnteredTwice.Should().BeFalse();
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task A_caller_whose_context_takes_nothing_any_more_costs_no_other_an_answer()
    {
        SumTcpClient client = NewClient();
        ScriptedPeer peer = await OpenAsync(client);
        SynchronizationContext? own = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(new DeadContext());
        _ = AskAndResumeHereAsync(client);
        SynchronizationContext.SetSynchronizationContext(own);
        Task<SumResult> other = Ask(client, 5, 6);
        client.Submit([new SumRequest(3, 4, Tag: 11)], _observer);
        await peer.ReadRequestsAsync(3);

        await peer.SendAsync("""{"Sum":3}{"Sum":11}{"Sum":7}""");

        (await _observer.NextCallAsync()).Sums.Should().ContainSingle().Which.Result.Sum.Should().Be(7);
        (await other).Sum.Should().Be(11);
        await client.DisposeAsync();

        static async Task AskAndResumeHereAsync(SumTcpClient client)
        {
            await client.SumAsync(1, 2);
            throw new InvalidOperationException("nothing resumes here");
        }
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Disposing_reports_what_becomes_of_all_before_it_has_ended()
    {
        SumTcpClient client = NewClient(options => options with { MaxInFlight = 1 });
        ScriptedPeer peer = await OpenAsync(client);
        client.Submit(_two, _observer);
        await peer.ReadRequestsAsync(1);

        await client.DisposeAsync();

        _observer.HasCall.Should().BeTrue();
        (await _observer.NextCallAsync()).Sums.Select(ended => (ended.Tag, ended.Result.Outcome)).Should().Equal(
            (10, SumOutcome.OutcomeUnknown), (11, SumOutcome.NotSent));
        FluentActions.Invoking(() => client.Submit(_two, _observer)).Should().Throw<ObjectDisposedException>();
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task It_may_be_disposed_from_inside_and_the_rest_is_reported_after_that()
    {
        SumTcpClient client = NewClient();
        ScriptedPeer peer = await OpenAsync(client);
        Task? disposal = null;
        RecordingObserver observer = new(_ => disposal ??= client.DisposeAsync().AsTask());
        client.Submit(_two, observer);
        await peer.ReadRequestsAsync(2);

        await peer.SendAsync("{\"Sum\":3}\n");

        (await observer.NextAsync(2)).Select(ended => (ended.Tag, ended.Result.Outcome)).Should().Equal(
            (10, SumOutcome.Sum), (11, SumOutcome.OutcomeUnknown));
        await disposal!;
        observer.WasEnteredTwice.Should().BeFalse();
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task What_an_observer_throws_is_logged_and_costs_no_caller_an_answer()
    {
        LogRecorder log = new();
        await using SumTcpClient client = new(new SumTcpClientOptions { Port = Server.Port }, log, Clock);
        ScriptedPeer peer = await OpenWithoutEventsAsync(client);
        RecordingObserver faulty = new(_ => throw new InvalidOperationException("a bug"));
        client.Submit([_two[0]], faulty);
        client.Submit([_two[1]], _observer);
        await peer.ReadRequestsAsync(2);

        await peer.SendAsync("{\"Sum\":3}{\"Sum\":7}\n");

        (await _observer.NextAsync(1))[0].Result.Sum.Should().Be(7);
        client.Submit(_two, faulty);
        await peer.ReadRequestsAsync(2);
        await peer.SendAsync("{\"Sum\":3}{\"Sum\":7}\n");
        (await faulty.NextAsync(3)).Select(ended => ended.Result.Sum).Should().Equal(3, 3, 7);
        log.Entries.Where(entry => entry.Level == LogLevel.Error).Should().NotBeEmpty().And.OnlyContain(
            entry => entry.Message.StartsWith("An observer of sums threw"));
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task What_the_log_throws_of_a_failed_observer_costs_no_caller_an_answer()
    {
        LogRecorder log = new() { OnEntry = _ => throw new IOException("disk full") };
        await using SumTcpClient client = new(new SumTcpClientOptions { Port = Server.Port }, log, Clock);
        ScriptedPeer peer = await OpenWithoutEventsAsync(client);
        client.Submit([_two[0]], new RecordingObserver(_ => throw new InvalidOperationException("a bug")));
        client.Submit([_two[1]], _observer);
        await peer.ReadRequestsAsync(2);

        await peer.SendAsync("{\"Sum\":3}{\"Sum\":7}\n");

        (await _observer.NextAsync(1))[0].Result.Sum.Should().Be(7);
    }

    private async Task<ScriptedPeer> OpenWithoutEventsAsync(SumTcpClient client)
    {
        Task<SumResult> first = Ask(client, 1, 1);
        ScriptedPeer peer = await Server.AcceptAsync();
        await peer.ServeAsync();
        await first;
        return peer;
    }

    private sealed class DeadContext : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state) => throw new InvalidOperationException("its thread has ended");
    }
}
