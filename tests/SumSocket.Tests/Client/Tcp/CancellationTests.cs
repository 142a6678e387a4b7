using FluentAssertions;
using SumSocket.Client;
using SumSocket.Client.Tcp;
using SumSocket.Protocol;
using Xunit;

namespace SumSocket.Tests.Client.Tcp;

public sealed class CancellationTests : ClientTest
{
    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Never_hands_the_late_answer_of_a_cancelled_request_to_the_next_caller()
    {
        SumTcpClient client = NewClient();
        ScriptedPeer peer = await OpenAsync(client);
        for (int round = 0; round < 200; round++)
        {
            using var cancel = new CancellationTokenSource();
            Task<SumResult> cancelled = Ask(client, 1000, round, cancel.Token);
            Request first = (await peer.ReadRequestsAsync(1))[0];
            await cancel.CancelAsync();
            await FluentActions.Awaiting(() => cancelled).Should().ThrowAsync<OperationCanceledException>();

            Task<SumResult> next = Ask(client, 2000, round); // takes the same pooled object
            Request second = (await peer.ReadRequestsAsync(1))[0];
            await peer.AnswerAsync(first);
            next.IsCompleted.Should().BeFalse();
            await peer.AnswerAsync(second);
            (await next).Sum.Should().Be(2000 + round);
        }
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Never_lets_the_token_of_an_answered_request_cancel_the_next_one()
    {
        SumTcpClient client = NewClient();
        ScriptedPeer peer = await OpenAsync(client);
        using var cancel = new CancellationTokenSource();
        Task<SumResult> answered = Ask(client, 1, 0, cancel.Token);
        await peer.ServeAsync();
        await answered;

        Task<SumResult> next = Ask(client, 2, 0); // takes the same pooled object
        await cancel.CancelAsync();
        await peer.ServeAsync();
        (await next).Sum.Should().Be(2);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Says_whose_token_it_was()
    {
        SumTcpClient client = NewClient();
        ScriptedPeer peer = await OpenAsync(client);
        using var cancel = new CancellationTokenSource();
        Task<SumResult> pending = Ask(client, 1, 2, cancel.Token);
        await peer.ReadRequestsAsync(1);
        await cancel.CancelAsync();

        (await FluentActions.Awaiting(() => pending).Should().ThrowAsync<OperationCanceledException>())
            .Which.CancellationToken.Should().Be(cancel.Token);
        pending.IsCanceled.Should().BeTrue();
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Never_sends_what_was_cancelled_while_it_waited()
    {
        SumTcpClient client = NewClient(options => options with { MaxInFlight = 1 });
        ScriptedPeer peer = await OpenAsync(client);
        using var cancel = new CancellationTokenSource();
        Task<SumResult> first = Ask(client, 1, 0);
        Task<SumResult> cancelled = Ask(client, 2, 0, cancel.Token);
        Task<SumResult> third = Ask(client, 3, 0);
        await cancel.CancelAsync();
        await FluentActions.Awaiting(() => cancelled).Should().ThrowAsync<OperationCanceledException>();

        await peer.ServeAsync();
        await first;
        (await peer.ReadRequestsAsync(1))[0].A.Should().Be(3);
        await peer.SendAsync("""{"Sum":3}""");
        (await third).Sum.Should().Be(3);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Takes_nothing_from_a_caller_who_has_already_cancelled()
    {
        SumTcpClient client = NewClient();
        Task<SumResult> pending = Ask(client, 1, 2, new CancellationToken(canceled: true));
        await FluentActions.Awaiting(() => pending).Should().ThrowAsync<OperationCanceledException>();
        HasEvent.Should().BeFalse("nothing was dialled");
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Does_not_send_a_cancelled_request_again()
    {
        SumTcpClient client = NewClient();
        ScriptedPeer peer = await OpenAsync(client);
        using var cancel = new CancellationTokenSource();
        Task<SumResult> cancelled = Ask(client, 1, 0, cancel.Token);
        Task<SumResult> stays = Ask(client, 2, 0);
        await peer.ReadRequestsAsync(2);
        await cancel.CancelAsync();
        await FluentActions.Awaiting(() => cancelled).Should().ThrowAsync<OperationCanceledException>();
        peer.Reset();

        ScriptedPeer next = await Server.AcceptAsync();
        (await next.ReadRequestsAsync(1))[0].A.Should().Be(2);
        await next.SendAsync("""{"Sum":2}""");
        (await stays).Sum.Should().Be(2);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Ends_each_request_once_when_answers_and_cancellations_race()
    {
        const int Callers = 16, Each = 500;
        SumTcpClient client = NewClient(options => options with { VerifySums = true });
        ScriptedPeer peer = await OpenAsync(client);
        Task echo = Task.Run(async () =>
        {
            while (await peer.ReadRequestAsync() is { } request)
                await peer.AnswerAsync(request);
        });
        Task<int>[] callers = [.. Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            int ended = 0;
            for (int i = 0; i < Each; i++)
            {
                using var cancel = new CancellationTokenSource();
                ValueTask<SumResult> pending = client.SumAsync(caller, i, cancel.Token);
                if (i % 2 == 0)
                    _ = Task.Run(cancel.Cancel);
                try
                {
                    ended += (await pending).Outcome == SumOutcome.Sum ? 1 : 0;
                }
                catch (OperationCanceledException) when (cancel.IsCancellationRequested)
                {
                    ended++;
                }
            }

            return ended;
        }))];

        (await Task.WhenAll(callers)).Should().OnlyContain(ended => ended == Each);
        await client.DisposeAsync();
        await echo;
    }
}
