using System.Net;
using System.Net.Sockets;
using FluentAssertions;
using SumSocket.Client;
using SumSocket.Client.Tcp;
using Xunit;

namespace SumSocket.Tests.Client.Tcp;

public sealed class ConnectingTests : ClientTest
{
    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Says_in_one_line_that_a_connection_was_refused()
    {
        Server.Close();
        SumTcpClient client = NewClient();

        await FluentActions.Awaiting(() => client.ConnectAsync()).Should().ThrowAsync<SumConnectException>()
            .WithMessage($"cannot connect to 127.0.0.1:{Server.Port}: connection refused");
        (await NextEventAsync()).Should().BeEquivalentTo(
            new
            {
                Kind = ConnectionEventKind.ConnectFailed,
                RemoteEndPoint = new IPEndPoint(
                IPAddress.Loopback, Server.Port),
                Attempt = 1
            });
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Says_that_a_name_does_not_exist()
    {
        SumTcpClient client = NewClient(options => options with { Host = new string('x', 300) });

        await FluentActions.Awaiting(() => client.ConnectAsync()).Should().ThrowAsync<SumConnectException>()
            .WithMessage("*: host not found");
        (await NextEventAsync()).RemoteEndPoint.Should().BeNull();
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Puts_one_pair_of_brackets_around_an_address_that_has_colons()
    {
        SumTcpClient client = NewClient(options => options with { Host = "[::1]", Port = 1 });
        await FluentActions.Awaiting(() => client.ConnectAsync()).Should().ThrowAsync<SumConnectException>()
            .Where(failure => failure.Message.StartsWith("cannot connect to [::1]:1: ", StringComparison.Ordinal));
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Tries_each_address_of_a_name()
    {
        SumTcpClient client = NewClient(options => options with { Host = "localhost" }); // where ::1 comes first, no process listens there
        await client.ConnectAsync();
        (await NextEventAsync()).RemoteEndPoint.Should().Be(new IPEndPoint(IPAddress.Loopback, Server.Port));
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Connects_once_for_all_callers()
    {
        SumTcpClient client = NewClient();
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => client.ConnectAsync()));
        await client.ConnectAsync();

        (await NextEventAsync()).Kind.Should().Be(ConnectionEventKind.Connected);
        HasEvent.Should().BeFalse();
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Gives_an_attempt_up_at_the_connect_timeout()
    {
        // A listener whose queue is full does not answer: the kernel drops the SYN. One backlog place holds two connections.
        using var full = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        full.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        full.Listen(0);
        using var first = new System.Net.Sockets.TcpClient();
        await first.ConnectAsync((IPEndPoint)full.LocalEndPoint!);
        SumTcpClient client = NewClient(options => options with { Port = ((IPEndPoint)full.LocalEndPoint!).Port });

        Task connecting = client.ConnectAsync();
        await Clock.UntilTimerIsSetAsync(TimeSpan.FromSeconds(10));
        connecting.IsCompleted.Should().BeFalse();
        Clock.Advance(TimeSpan.FromSeconds(10));

        await FluentActions.Awaiting(() => connecting).Should().ThrowAsync<SumConnectException>().WithMessage("*: timed out");
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Backs_off_longer_with_each_failure_until_the_first_good_answer()
    {
        Server.Close();
        SumTcpClient client = NewClient(options => options with { RequestTimeout = Timeout.InfiniteTimeSpan });
        Task<SumResult> pending = Ask(client, 1, 0);
        for (int attempt = 1; attempt <= 9; attempt++)
        {
            ConnectionEvent failed = await NextEventAsync();
            failed.Attempt.Should().Be(attempt);
            double longest = Math.Min(100 * Math.Pow(2, attempt - 1), 5000);
            failed.RetryIn.TotalMilliseconds.Should().BeInRange(longest / 2, longest);

            await Clock.UntilTimerIsSetAsync(failed.RetryIn);
            Clock.Advance(failed.RetryIn - TimeSpan.FromTicks(1));
            HasEvent.Should().BeFalse();
            Clock.Advance(TimeSpan.FromTicks(1));
        }

        // Accepted and cut before any answer: one more failure.
        ConnectionEvent tenth = await NextEventAsync();
        await using var server = new ScriptedServer(Server.Port);
        await Clock.UntilTimerIsSetAsync(tenth.RetryIn);
        Clock.Advance(tenth.RetryIn);
        (await server.AcceptAsync()).Close();
        (await NextEventAsync()).Should().BeEquivalentTo(new { Kind = ConnectionEventKind.Connected, Attempt = 11 });
        ConnectionEvent lost = await NextEventAsync();
        lost.RetryIn.TotalMilliseconds.Should().BeInRange(2500, 5000);

        // A good answer ends the series: the next connection is made at once.
        await Clock.UntilTimerIsSetAsync(lost.RetryIn);
        Clock.Advance(lost.RetryIn);
        ScriptedPeer peer = await server.AcceptAsync();
        await peer.ServeAsync();
        (await pending).Sum.Should().Be(1);
        (await NextEventAsync()).Attempt.Should().Be(12);
        peer.Close();
        (await NextEventAsync()).RetryIn.Should().Be(TimeSpan.Zero);
        pending = Ask(client, 2, 0);
        await (await server.AcceptAsync()).ServeAsync();
        (await pending).Sum.Should().Be(2);
        (await NextEventAsync()).Attempt.Should().Be(1);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Dials_at_once_when_connect_is_called_during_a_pause()
    {
        Server.Close();
        SumTcpClient client = NewClient();
        Task<SumResult> pending = Ask(client, 1, 0);
        ConnectionEvent failed = await NextEventAsync();
        await Clock.UntilTimerIsSetAsync(failed.RetryIn);

        await using var server = new ScriptedServer(Server.Port);
        await client.ConnectAsync();
        await (await server.AcceptAsync()).ServeAsync();
        (await pending).Sum.Should().Be(1);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Fails_at_once_without_a_connection_when_it_may_not_wait()
    {
        Server.Close();
        SumTcpClient client = NewClient(options => options with { WaitForReady = false });
        Task<SumResult>[] pending = [Ask(client, 1, 0), Ask(client, 2, 0)];

        (await pending[0]).Outcome.Should().Be(SumOutcome.NotSent, "the attempt under way failed");
        (await pending[1]).Outcome.Should().Be(SumOutcome.NotSent);
        ConnectionEvent failed = await NextEventAsync();
        Task<SumResult> heldBack = Ask(client, 3, 0);
        heldBack.IsCompletedSuccessfully.Should().BeTrue("the next attempt is held back");
        (await heldBack).Outcome.Should().Be(SumOutcome.NotSent);
        HasEvent.Should().BeFalse();

        Clock.Advance(failed.RetryIn);
        (await Ask(client, 4, 0)).Outcome.Should().Be(SumOutcome.NotSent);
        (await NextEventAsync()).Attempt.Should().Be(2);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Does_not_call_a_request_unsent_that_was_lost_and_found_no_second_connection()
    {
        SumTcpClient client = NewClient(options => options with { WaitForReady = false });
        ScriptedPeer peer = await OpenAsync(client);
        Task<SumResult> pending = Ask(client, 1, 0);
        await peer.ReadRequestsAsync(1);
        Server.Close();
        peer.Reset();

        (await pending).Outcome.Should().Be(SumOutcome.OutcomeUnknown);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Stops_dialling_when_those_who_waited_have_gone()
    {
        Server.Close();
        SumTcpClient client = NewClient();
        using var cancel = new CancellationTokenSource();
        Task<SumResult> pending = Ask(client, 1, 0, cancel.Token);
        ConnectionEvent failed = await NextEventAsync();
        await Clock.UntilTimerIsSetAsync(failed.RetryIn);
        await cancel.CancelAsync();
        await FluentActions.Awaiting(() => pending).Should().ThrowAsync<OperationCanceledException>();
        Clock.Advance(failed.RetryIn);

        await client.DisposeAsync(); // waits for an attempt, if there were one
        HasEvent.Should().BeFalse();
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Times_a_request_out_that_waits_for_a_connection()
    {
        Server.Close();
        SumTcpClient client = NewClient(
            options => options with { MaxBackOff = TimeSpan.FromMinutes(5), InitialBackOff = TimeSpan.FromMinutes(5) });
        Task<SumResult> pending = Ask(client, 1, 0);
        await NextEventAsync();
        Clock.Advance(TimeSpan.FromSeconds(30));
        (await pending).Outcome.Should().Be(SumOutcome.NotSent);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Reports_an_attempt_that_fails_at_once_outside_the_call_that_caused_it()
    {
        // No TCP connection can be made to a broadcast address, and the kernel says so without waiting.
        SumTcpClient client = NewClient(options => options with { Host = "255.255.255.255", WaitForReady = false });
        TaskCompletionSource<int> reportedOn = new(TaskCreationOptions.RunContinuationsAsynchronously);
        client.ConnectionChanged += _ => reportedOn.TrySetResult(Environment.CurrentManagedThreadId);
        int caller = 0;
        Thread calling = new(() =>
        {
            caller = Environment.CurrentManagedThreadId;
            _ = Ask(client, 1, 0);
            reportedOn.Task.Wait(TestTimeout.Span); // a thread that has ended leaves its number to the next one
        });
        calling.Start();

        int reported = await reportedOn.Task;
        await Task.Run(calling.Join);
        reported.Should().NotBe(caller);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Lets_the_caller_of_connect_go_when_his_token_fires()
    {
        SumTcpClient client = NewClient();
        await FluentActions.Awaiting(() => client.ConnectAsync(new CancellationToken(canceled: true)))
            .Should().ThrowAsync<OperationCanceledException>();
    }
}
