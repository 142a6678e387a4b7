using FluentAssertions;
using SumSocket.Client;
using SumSocket.Measurement.Bench;
using Xunit;

namespace SumSocket.Tests.Measurement.Bench;

public sealed class ClosedLoopTests : IAsyncDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly BenchRecorder _recorder = new(isOpenLoop: false);
    private readonly RecordingClient _client = new();
    private readonly BenchClock _clock;

    public ClosedLoopTests() => _clock = new BenchClock(_time);

    public ValueTask DisposeAsync() => _client.DisposeAsync();

    [Fact]
    public void What_one_receive_brings_ends_when_it_returned_and_is_followed_in_one_submission()
    {
        ClosedLoop loop = Loop(places: 3);
        Task run = loop.RunAsync();
        _client.Submitted.Should().ContainSingle().Which.Should().HaveCount(3);
        _time.Advance(TimeSpan.FromMilliseconds(4));
        long received = _time.GetTimestamp();
        _time.Advance(TimeSpan.FromMilliseconds(1)); // decoding, say

        loop.OnCompleted(RecordingClient.Right(_client.Submitted[0][..2]), received);

        _client.Submitted[1].Should().HaveCount(2).And.OnlyContain(request => request.Tag == TimeSpan.FromMilliseconds(4).Ticks);
        _recorder.Measured.Uncorrected.Max.Should().Be(TimeSpan.FromMilliseconds(4));
        run.IsCompleted.Should().BeFalse();
    }

    [Fact]
    public void What_follows_a_loss_is_sent_when_the_loss_was_reported_and_not_when_it_happened()
    {
        ClosedLoop loop = Loop(places: 2);
        _ = loop.RunAsync();
        long lost = _time.GetTimestamp();
        _time.Advance(TimeSpan.FromMilliseconds(1));

        loop.OnCompleted(RecordingClient.Lost(_client.Submitted[0]), lost);

        _client.Submitted[1].Should().HaveCount(2).And.OnlyContain(request => request.Tag == TimeSpan.FromMilliseconds(1).Ticks);
    }

    [Fact]
    public void One_receive_may_answer_requests_sent_at_several_times_and_each_counts_with_its_own()
    {
        ClosedLoop loop = Loop(places: 5);
        _ = loop.RunAsync();
        _time.Advance(TimeSpan.FromMilliseconds(3));
        loop.OnCompleted(RecordingClient.Right(_client.Submitted[0][..2]), _time.GetTimestamp()); // after 3 ms
        _time.Advance(TimeSpan.FromMilliseconds(4));

        // three after 7 ms, two after 4
        loop.OnCompleted(RecordingClient.Right([.. _client.Submitted[0][2..], .. _client.Submitted[1]]), _time.GetTimestamp());

        BenchTally measured = _recorder.Measured;
        (measured.Counts.Ok, measured.Counts.Sent, measured.OkInTime, measured.Uncorrected.Count).Should().Be((7, 7, 7, 7));
        measured.Uncorrected.Mean.Should().Be(TimeSpan.FromMilliseconds(2 * 3 + 3 * 7 + 2 * 4) / 7);
        (measured.Uncorrected.Min, measured.Uncorrected.Max).Should().Be((TimeSpan.FromMilliseconds(3), TimeSpan.FromMilliseconds(7)));
    }

    [Fact]
    public void More_places_than_fit_into_a_submission_all_ask()
    {
        ClosedLoop loop = Loop(places: 200);
        _ = loop.RunAsync();

        Addends addends = new(1); // those of the first connection for what does not follow an answer
        _client.Submitted.SelectMany(requests => requests).Select(request => (request.A, request.B))
            .Should().Equal(Enumerable.Range(0, 200).Select(_ => addends.Next()), "each sends its own request");
    }

    [Fact]
    public void It_ends_when_all_places_are_done_and_sends_no_more_than_the_options_say()
    {
        ClosedLoop loop = Loop(places: 3, requests: 5);
        Task run = loop.RunAsync();
        loop.OnCompleted(RecordingClient.Right(_client.Submitted[0]), 0);
        _client.Submitted[1].Should().HaveCount(2);
        loop.OnCompleted(RecordingClient.Right(_client.Submitted[1][..1]), 0);
        run.IsCompleted.Should().BeFalse();

        loop.OnCompleted(RecordingClient.Right(_client.Submitted[1][1..]), 0);

        run.IsCompleted.Should().BeTrue();
        (_client.Submitted.Count, _recorder.Measured.Counts.Ok).Should().Be((2, 5));
    }

    [Fact]
    public void A_client_that_is_gone_ends_it()
    {
        ClosedLoop loop = Loop(places: 3);
        Task run = loop.RunAsync();
        _client.IsGone = true;

        loop.OnCompleted(RecordingClient.Right(_client.Submitted[0]), 0);

        run.IsCompleted.Should().BeTrue();
        _recorder.Measured.Counts.Planned.Should().Be(3);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Places_that_could_not_send_ask_together_after_one_pause_and_the_others_at_once()
    {
        ClosedLoop loop = Loop(places: 4);
        _ = loop.RunAsync();
        SumRequest[] first = _client.Submitted[0];
        for (int round = 1; round <= 2; round++) // a pause that has ended leaves nothing behind
        {
            int before = _client.Submitted.Count;
            loop.OnCompleted([.. RecordingClient.Right(first[..1]), .. RecordingClient.NotSent(first[1..3])], _time.GetTimestamp());
            loop.OnCompleted(RecordingClient.NotSent(first[3..]), _time.GetTimestamp());
            _client.Submitted.Skip(before).Should().ContainSingle().Which.Should().ContainSingle();

            _time.Advance(TimeSpan.FromMilliseconds(10));

            await TestTimeout.UntilAsync(() => _client.Submitted.Count == before + 2, "the pause is over");
            _client.Submitted[^1].Should().HaveCount(3);
        }

        (_recorder.Measured.Counts.Ok, _recorder.Measured.Counts.NotSent).Should().Be((2, 6));
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Stopped_during_a_pause_it_sends_nothing_more()
    {
        using CancellationTokenSource stop = new();
        ClosedLoop loop = Loop(places: 3, stop: stop.Token);
        Task run = loop.RunAsync();
        loop.OnCompleted(RecordingClient.NotSent(_client.Submitted[0]), 0);

        await stop.CancelAsync();

        await run;
        (_client.Submitted.Count, _recorder.Measured.Counts.Planned).Should().Be((1, 3));
    }

    [Fact]
    public void What_is_sent_to_warm_up_is_not_of_the_number_in_the_options()
    {
        ClosedLoop loop = Loop(places: 2, requests: 3, warmup: TimeSpan.FromSeconds(1));
        Task run = loop.RunAsync();
        _time.Advance(TimeSpan.FromSeconds(1) - TimeSpan.FromTicks(1));
        loop.OnCompleted(RecordingClient.Right(_client.Submitted[0]), _time.GetTimestamp());
        _time.Advance(TimeSpan.FromTicks(1));
        loop.OnCompleted(RecordingClient.Right(_client.Submitted[1]), _time.GetTimestamp());
        loop.OnCompleted(RecordingClient.Right(_client.Submitted[2]), _time.GetTimestamp());
        loop.OnCompleted(RecordingClient.Right(_client.Submitted[3]), _time.GetTimestamp());

        run.IsCompleted.Should().BeTrue();
        _client.Submitted.Select(requests => requests.Length).Should().Equal(2, 2, 2, 1);
        (_recorder.Warmup.Ok, _recorder.Measured.Counts.Ok).Should().Be((4, 3));
    }

    private ClosedLoop Loop(int places, long? requests = null, TimeSpan warmup = default, CancellationToken stop = default)
    {
        BenchOptions options = new() { Connections = 1, Warmup = warmup, Requests = requests };
        BenchConnection connection = new(0, _client, _recorder, new OutageTable(), _clock, new LastAnswer());
        return new ClosedLoop(connection, new BenchPlan(options, start: 0), _clock, places, stop);
    }

    /// <summary>Keeps what is submitted to it.</summary>
    private sealed class RecordingClient : ISumClient
    {
        public event Action<ConnectionEvent>? ConnectionChanged
        {
            add { }
            remove { }
        }

        public List<SumRequest[]> Submitted { get; } = [];

        public bool IsGone { get; set; }

        public Task ConnectAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

        public ValueTask<SumResult> SumAsync(
            long a, long b, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public void Submit(ReadOnlySpan<SumRequest> requests, ISumObserver observer)
        {
            ObjectDisposedException.ThrowIf(IsGone, this);
            Submitted.Add(requests.ToArray());
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        public static SumCompletion[] Right(SumRequest[] requests) =>
            [.. requests.Select(request => new SumCompletion(
                request.A, request.B, request.Tag, new SumResult(SumOutcome.Sum, request.A + request.B)))];

        public static SumCompletion[] NotSent(SumRequest[] requests) => Without(requests, SumOutcome.NotSent);

        public static SumCompletion[] Lost(SumRequest[] requests) => Without(requests, SumOutcome.OutcomeUnknown);

        private static SumCompletion[] Without(SumRequest[] requests, SumOutcome outcome) =>
            [.. requests.Select(request => new SumCompletion(request.A, request.B, request.Tag, new SumResult(outcome)))];
    }
}
