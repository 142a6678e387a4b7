using FluentAssertions;
using SumSocket.Client;
using SumSocket.Client.Udp;
using Xunit;

namespace SumSocket.Tests.Client.Requests;

/// <summary>The core over both kinds of channel, without a socket.</summary>
public sealed class PairTests
{
    private static readonly TimeSpan _round = TimeSpan.FromMilliseconds(2);

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Gives_each_caller_its_own_answer_in_order()
    {
        await using StreamPair pair = await ConnectAsync(new StreamPair(new() { VerifySums = true }));
        (await RoundAsync(pair, 1, 2)).Should().Be(new SumResult(SumOutcome.Sum, 3));

        Task<SumResult>[] callers = [.. Enumerable.Range(0, 64).Select(i => pair.SumAsync(i, 1))];
        await ReceivedAsync(pair, 65);

        (await Task.WhenAll(callers)).Select(result => result.Sum).Should().Equal(Enumerable.Range(1, 64).Select(i => (long)i));
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task A_request_that_a_silent_server_has_ends_at_its_deadline_and_not_before()
    {
        await using StreamPair pair = await ConnectAsync(new StreamPair(new() { RequestTimeout = TimeSpan.FromSeconds(5) }));
        pair.Loss = 1;
        Task<SumResult> request = pair.SumAsync(1, 2);

        pair.Advance(TimeSpan.FromSeconds(4.9));
        request.IsCompleted.Should().BeFalse();
        pair.Advance(TimeSpan.FromSeconds(0.2));

        (await request).Outcome.Should().Be(SumOutcome.TimedOut);
        pair.Events[^1].Should().BeEquivalentTo(new { Kind = ConnectionEventKind.Lost, Reason = "no answer in time" });
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task A_cancelled_request_leaves_a_tombstone_that_takes_its_answer()
    {
        await using StreamPair pair = await ConnectAsync(new StreamPair(new()));
        using CancellationTokenSource cancel = new();
        Task<SumResult> cancelled = pair.Core.SumAsync(1, 1, cancel.Token).AsTask();
        Task<SumResult> next = pair.SumAsync(2, 2);
        await cancel.CancelAsync();

        await FluentActions.Awaiting(() => cancelled).Should().ThrowAsync<OperationCanceledException>();
        await ReceivedAsync(pair, 2);
        (await next).Sum.Should().Be(4, "the answer to the cancelled request is not the next one's");
    }

    [Theory(Timeout = TestTimeout.Milliseconds)]
    [InlineData(true, SumOutcome.Sum)]
    [InlineData(false, SumOutcome.OutcomeUnknown)]
    public async Task A_cut_sends_again_what_was_sent_or_ends_it(bool resend, SumOutcome outcome)
    {
        await using StreamPair pair = await ConnectAsync(new StreamPair(new() { ResendLost = resend }));
        await RoundAsync(pair, 1, 1);
        Task<SumResult> request = pair.SumAsync(20, 22);
        pair.Cut();
        while (!request.IsCompleted)
        {
            pair.Advance(_round);
            await Task.Yield();
        }

        (await request).Outcome.Should().Be(outcome);
        pair.Events.Select(happened => happened.Kind).Should().ContainInOrder(ConnectionEventKind.Connected, ConnectionEventKind.Lost);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task What_is_lost_is_repeated_until_it_is_answered()
    {
        await using DatagramPair pair = await ConnectAsync(new DatagramPair(new()));
        pair.Loss = 1;
        Task<SumResult> request = pair.SumAsync(1, 2);
        pair.Advance(TimeSpan.FromSeconds(1));
        request.IsCompleted.Should().BeFalse();
        pair.Loss = 0;
        pair.Advance(TimeSpan.FromSeconds(2));

        (await request).Sum.Should().Be(3);
        pair.Counts.Should().BeEquivalentTo(new { Sent = 1, Answered = 1 });
        pair.Counts.Repeated.Should().BeInRange(2, 5);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Doubled_answers_are_counted_and_reach_no_caller()
    {
        await using DatagramPair pair = await ConnectAsync(new DatagramPair(new()));
        pair.Doubling = 1;
        (await RoundAsync(pair, 1, 2)).Sum.Should().Be(3);
        pair.Advance(_round);

        pair.Counts.Should().BeEquivalentTo(new { Sent = 1, Answered = 1, Duplicates = 3 });
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task An_answer_after_the_deadline_is_late()
    {
        await using DatagramPair pair = await ConnectAsync(
            new DatagramPair(new() { Repeat = false, RequestTimeout = TimeSpan.FromMilliseconds(100) }));
        pair.Delay = (TimeSpan.FromMilliseconds(80), TimeSpan.FromMilliseconds(80));
        Task<SumResult> request = pair.SumAsync(1, 2);
        pair.Advance(TimeSpan.FromMilliseconds(200));

        (await request).Outcome.Should().Be(SumOutcome.TimedOut);
        pair.Counts.Should().BeEquivalentTo(new { Answered = 0, Late = 1 });
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task A_refusal_ends_what_is_in_flight_only_where_the_options_say_so()
    {
        foreach (bool ends in (bool[])[false, true])
        {
            await using DatagramPair pair = await ConnectAsync(new DatagramPair(new() { EndOnRefusal = ends, Repeat = false }));
            pair.IsRefused = true;
            Task<SumResult> request = pair.SumAsync(1, 2);

            request.IsCompleted.Should().Be(ends);
            pair.Events.Should().ContainSingle().Which.Cause.Should().Be(ConnectionCause.Refused);
        }
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task A_refusal_does_not_end_what_has_not_been_sent_yet()
    {
        await using DatagramPair pair = await ConnectAsync(new DatagramPair(new() { EndOnRefusal = true, Repeat = false }));
        pair.ReportsRefusalAt = 2;
        RecordingObserver observer = new();
        pair.Core.Submit([new(1, 1, 1), new(2, 2, 2), new(3, 3, 3)], observer);
        pair.Advance(_round);

        (await observer.NextAsync(3)).Select(sum => (sum.Tag, sum.Result.Outcome)).Should().Equal(
            (1, SumOutcome.OutcomeUnknown), (2, SumOutcome.OutcomeUnknown), (3, SumOutcome.Sum));
        pair.Counts.Should().BeEquivalentTo(new { Sent = 3, Answered = 1, Late = 2, Refused = 1 });
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Disposing_ends_every_request()
    {
        StreamPair pair = await ConnectAsync(new StreamPair(new()));
        Task<SumResult> sent = pair.SumAsync(1, 2), queued = pair.SumAsync(3, 4);
        await pair.DisposeAsync();

        ((await sent).Outcome, (await queued).Outcome).Should().Be((SumOutcome.OutcomeUnknown, SumOutcome.NotSent));
        await FluentActions.Awaiting(() => pair.SumAsync(5, 6)).Should().ThrowAsync<ObjectDisposedException>();
    }

    [Theory(Timeout = TestTimeout.Milliseconds)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Over_a_bad_datagram_path_every_request_ends_once_with_its_sum(int seed)
    {
        TimeSpan patient = TimeSpan.FromMinutes(10); // of 15,000 requests one or two lose every repeat of 30 s
        SumUdpClientOptions options = new() { MaxInFlight = 100, VerifySums = true, RequestTimeout = patient };
        await using DatagramPair pair = await ConnectAsync(new DatagramPair(options, seed));
        (pair.Loss, pair.Doubling, pair.Delay) = (0.2, 0.1, (TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(50)));
        await RunAsync(pair, seed, _ => Task.CompletedTask);
        pair.Counts.Reordered.Should().BePositive();
        pair.Counts.Duplicates.Should().BePositive();
    }

    [Theory(Timeout = TestTimeout.Milliseconds)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Over_a_stream_that_is_cut_every_request_ends_once_with_its_sum(int seed)
    {
        await using StreamPair pair = await ConnectAsync(new StreamPair(new() { MaxInFlight = 100, VerifySums = true }, seed));
        pair.Delay = (TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(50));
        await RunAsync(pair, seed, async random =>
        {
            if (random.Next(500) > 0)
                return;
            int connections = pair.Connections;
            pair.Cut();
            for (int i = 0; i < 1000 && pair.Connections == connections; i++)
            {
                pair.Advance(TimeSpan.FromMilliseconds(1)); // the pause before the next attempt
                await Task.Yield();
            }
        });
        pair.Connections.Should().BeGreaterThan(5);
    }

    /// <summary>10,000 seeded steps: requests of one observer, time that passes, and what <paramref name="step"/> does.</summary>
    private static async Task RunAsync(Pair pair, int seed, Func<Random, Task> step)
    {
        const int Steps = 10_000;
        Random random = new(seed);
        Ledger ledger = new();
        for (int i = 0; i < Steps; i++)
        {
            SumRequest[] requests = [.. Enumerable.Range(0, random.Next(4)).Select(_ => ledger.Next(random))];
            pair.Core.Submit(requests, ledger);
            pair.Advance(TimeSpan.FromMilliseconds(random.Next(5)));
            await step(random);
        }

        while (ledger.Ended < ledger.Made)
        {
            pair.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }

        ledger.Problems.Should().BeEmpty();
    }

    private static async Task<T> ConnectAsync<T>(T pair)
        where T : Pair
    {
        await pair.Core.ConnectAsync(CancellationToken.None);
        return pair;
    }

    private static async Task<SumResult> RoundAsync(Pair pair, long a, long b)
    {
        Task<SumResult> request = pair.SumAsync(a, b);
        pair.Advance(_round);
        return await request;
    }

    /// <summary>Lets time pass until the server has received so many requests, and their answers have arrived.</summary>
    private static async Task ReceivedAsync(Pair pair, int requests)
    {
        while (pair.Requests < requests)
        {
            pair.Advance(_round);
            await Task.Yield();
        }

        pair.Advance(_round);
    }

    /// <summary>Checks that each request ends exactly once, with its sum.</summary>
    private sealed class Ledger : ISumObserver
    {
        private readonly HashSet<long> _open = [];
        private int _made;
        private int _ended;

        public int Made => _made;

        public int Ended => Volatile.Read(ref _ended);

        public List<SumCompletion> Problems { get; } = [];

        public SumRequest Next(Random random)
        {
            lock (_open)
            {
                _open.Add(++_made);
                return new SumRequest(random.Next(), random.Next(), _made);
            }
        }

        public void OnCompleted(ReadOnlySpan<SumCompletion> sums, long timestamp)
        {
            lock (_open)
            {
                foreach (SumCompletion sum in sums)
                {
                    if (!_open.Remove(sum.Tag) || (sum.Result.Outcome, sum.Result.Sum) != (SumOutcome.Sum, sum.A + sum.B))
                        Problems.Add(sum);
                }
            }

            Interlocked.Add(ref _ended, sums.Length);
        }
    }
}
