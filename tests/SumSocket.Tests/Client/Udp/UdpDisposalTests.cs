using FluentAssertions;
using SumSocket.Client;
using SumSocket.Client.Udp;
using Xunit;

namespace SumSocket.Tests.Client.Udp;

public sealed class UdpDisposalTests : UdpClientTest
{
    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Ends_every_request_by_whether_it_left()
    {
        SumUdpClient client = await NewClientAsync(options => options with { MaxInFlight = 2 });
        Task<SumResult>[] pending = [.. Enumerable.Range(0, 4).Select(i => Ask(client, i, 0))];
        await Peer.ReadAsync(2);

        await client.DisposeAsync();
        (await Task.WhenAll(pending)).Select(result => result.Outcome).Should()
            .Equal(SumOutcome.OutcomeUnknown, SumOutcome.OutcomeUnknown, SumOutcome.NotSent, SumOutcome.NotSent);
        HasEvent.Should().BeFalse("what the caller did himself is no loss");
        Clock.Advance(TimeSpan.FromMinutes(1));
        Peer.HasRequest.Should().BeFalse();
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Takes_no_request_afterwards()
    {
        SumUdpClient client = await NewClientAsync();
        await client.DisposeAsync();
        await client.DisposeAsync();
        await FluentActions.Awaiting(() => Ask(client, 1, 0)).Should().ThrowAsync<ObjectDisposedException>();
        await FluentActions.Awaiting(() => client.ConnectAsync()).Should().ThrowAsync<ObjectDisposedException>();
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Ends_a_client_that_was_never_used()
    {
        var client = new SumUdpClient(new SumUdpClientOptions());
        await client.DisposeAsync();
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Races_with_callers_answers_and_cancellations_without_losing_a_request()
    {
        await using var server = new LoopbackServer();
        for (int round = 0; round < 50; round++)
        {
            var client = new SumUdpClient(new SumUdpClientOptions { Port = server.Port, VerifySums = true, MaxInFlight = 4 });
            var answered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Task<SumOutcome>[] callers = [.. Enumerable.Range(0, 8).Select(caller => Task.Run(async () =>
            {
                for (int i = 0; ; i++)
                {
                    using var cancel = new CancellationTokenSource();
                    try
                    {
                        ValueTask<SumResult> pending = client.SumAsync(caller, i, cancel.Token);
                        if (i % 3 == 0)
                            _ = Task.Run(cancel.Cancel);
                        SumResult result = await pending;
                        if (!result.IsSum)
                            return result.Outcome;
                        answered.TrySetResult();
                    }
                    catch (OperationCanceledException) when (cancel.IsCancellationRequested)
                    {
                    }
                    catch (ObjectDisposedException)
                    {
                        return SumOutcome.NotSent;
                    }
                }
            }))];
            await answered.Task;
            await client.DisposeAsync();
            (await Task.WhenAll(callers)).Should()
                .OnlyContain(outcome => outcome == SumOutcome.NotSent || outcome == SumOutcome.OutcomeUnknown);
        }
    }
}
