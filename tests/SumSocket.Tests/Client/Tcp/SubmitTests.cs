using FluentAssertions;
using SumSocket.Client;
using SumSocket.Client.Tcp;
using SumSocket.Protocol;
using Xunit;

namespace SumSocket.Tests.Client.Tcp;

public sealed class SubmitTests : ClientTest
{
    private static readonly SumRequest[] _three = [new(1, 2, Tag: 10), new(3, 4, Tag: 11), new(5, 6, Tag: 12)];

    private readonly RecordingObserver _observer = new();

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task All_leave_in_one_send_and_all_that_one_receive_brings_is_reported_in_one_call()
    {
        SumTcpClient client = NewClient();
        ScriptedPeer peer = await OpenAsync(client);
        Clock.Advance(TimeSpan.FromSeconds(3));

        client.Submit(_three, _observer);

        (await peer.ReadOnceAsync()).Should().Be("""{"A":1,"B":2}|{"A":3,"B":4}|{"A":5,"B":6}|""".Replace('|', '\n'));
        await peer.SendAsync("""{"Sum":3}|{"Sum":7}|{"Error":"overflow"}|""".Replace('|', '\n'));
        RecordingObserver.Call call = await _observer.NextCallAsync();
        call.Sums.Should().Equal(
            new SumCompletion(1, 2, 10, new SumResult(SumOutcome.Sum, 3)), new SumCompletion(3, 4, 11, new SumResult(SumOutcome.Sum, 7)),
            new SumCompletion(5, 6, 12, new SumResult(SumOutcome.ServerError, 0, ErrorCode.Overflow)));
        call.Timestamp.Should().Be(Clock.GetTimestamp());
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task All_that_one_receive_brings_has_one_time_stamp()
    {
        await using SumTcpClient client = new(new SumTcpClientOptions { Port = Server.Port }, null, new RestlessTime());
        Task<SumResult> first = Ask(client, 1, 1);
        ScriptedPeer peer = await Server.AcceptAsync();
        await peer.ServeAsync();
        await first;
        client.Submit(_three, _observer);
        await peer.ReadRequestsAsync(3);

        await peer.SendAsync("""{"Sum":3}{"Sum":7}{"Sum":11}""");

        (await _observer.NextCallAsync()).Sums.Should().HaveCount(3);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task All_that_end_with_their_connection_are_reported_in_one_call()
    {
        await using SumTcpClient client = new(new SumTcpClientOptions { Port = Server.Port, ResendLost = false }, null, new RestlessTime());
        Task<SumResult> first = Ask(client, 1, 1);
        ScriptedPeer peer = await Server.AcceptAsync();
        await peer.ServeAsync();
        await first;
        client.Submit(_three, _observer);
        await peer.ReadRequestsAsync(3);

        peer.Reset();

        (await _observer.NextCallAsync()).Sums.Should().HaveCount(3).And.OnlyContain(
            ended => ended.Result.Outcome == SumOutcome.OutcomeUnknown);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Those_who_await_and_those_who_observe_share_the_pipeline_in_the_order_of_their_calls()
    {
        SumTcpClient client = NewClient();
        ScriptedPeer peer = await OpenAsync(client);
        RecordingObserver other = new();
        client.Submit([new(1, 0), new(2, 0)], _observer);
        Task<SumResult> awaited = Ask(client, 3, 0);
        client.Submit([new(4, 0)], other);
        client.Submit([new(5, 0)], _observer);

        (await peer.ReadRequestsAsync(5)).Select(request => request.A).Should().Equal(1, 2, 3, 4, 5);
        await peer.SendAsync("""{"Sum":1}{"Sum":2}{"Sum":3}{"Sum":4}{"Sum":5}""");

        (await awaited).Sum.Should().Be(3);
        (await _observer.NextAsync(3)).Select(ended => ended.Result.Sum).Should().Equal(1, 2, 5);
        (await other.NextAsync(1)).Should().ContainSingle().Which.Result.Sum.Should().Be(4);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task What_is_submitted_from_inside_leaves_in_one_send_behind_the_call()
    {
        SumTcpClient client = NewClient();
        ScriptedPeer peer = await OpenAsync(client);
        RecordingObserver quiet = new();
        RecordingObserver sendsAgain = new(ended =>
        {
            foreach (SumCompletion sum in ended)
                client.Submit([new(sum.A + 10, sum.B)], quiet); // one by one
        });

        client.Submit(_three, sendsAgain);
        await peer.ReadRequestsAsync(3);
        await peer.SendAsync("""{"Sum":3}{"Sum":7}{"Sum":11}""");

        (await peer.ReadOnceAsync()).Should().Be("""{"A":11,"B":2}|{"A":13,"B":4}|{"A":15,"B":6}|""".Replace('|', '\n'));
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task What_others_ask_during_a_call_leaves_behind_it()
    {
        SumTcpClient client = NewClient();
        ScriptedPeer peer = await OpenAsync(client);
        Task<SumResult>? pending = null;
        bool leftAtOnce = false;
        RecordingObserver observer = new(_ =>
        {
            pending = Ask(client, 8, 9);
            leftAtOnce = peer.Unread > 0;
        });

        client.Submit([new(1, 2)], observer);
        await peer.ServeAsync(2);

        (await pending!).Sum.Should().Be(17);
        leftAtOnce.Should().BeFalse();
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task There_is_one_request_at_a_time_until_white_space_was_seen_and_never_more_than_the_options_say()
    {
        SumTcpClient client = NewClient(options => options with { MaxInFlight = 2 });
        client.Submit([new(1, 0), new(2, 0), new(3, 0), new(4, 0)], _observer);
        ScriptedPeer peer = await Server.AcceptAsync();

        (await peer.ReadOnceAsync()).Should().Be("{\"A\":1,\"B\":0}\n");
        await peer.SendAsync("{\"Sum\":1}");
        (await peer.ReadOnceAsync()).Should().Be("{\"A\":2,\"B\":0}\n");
        await peer.SendAsync("{\"Sum\":2}\n");
        (await peer.ReadRequestsAsync(2)).Select(request => request.A).Should().Equal(3, 4);
        client.Submit([new(5, 0)], _observer);
        await peer.SendAsync("{\"Sum\":3}\n");
        (await peer.ReadRequestsAsync(1))[0].A.Should().Be(5);
        await peer.SendAsync("{\"Sum\":4}\n{\"Sum\":5}\n");

        (await _observer.NextAsync(5)).Select(ended => ended.Result.Sum).Should().Equal(1, 2, 3, 4, 5);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task What_is_submitted_when_the_connection_is_reported_stands_behind_what_waited_for_it()
    {
        SumTcpClient client = NewClient();
        client.ConnectionChanged += _ => client.Submit([new(3, 0)], _observer);
        client.Submit([new(1, 0), new(2, 0)], _observer);

        ScriptedPeer peer = await Server.AcceptAsync();
        await peer.ServeAsync(3);

        (await _observer.NextAsync(3)).Select(ended => ended.Result.Sum).Should().Equal(1, 2, 3);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Answers_are_checked_like_all_others()
    {
        SumTcpClient client = NewClient(options => options with { VerifySums = true });
        ScriptedPeer peer = await OpenAsync(client);
        client.Submit([new(1, 2)], _observer);
        await peer.ReadRequestsAsync(1);

        await peer.SendAsync("{\"Sum\":4}\n");

        (await _observer.NextAsync(1))[0].Result.Should().Be(new SumResult(SumOutcome.WrongAnswer, 4));
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Many_observers_ask_for_ever_and_each_gets_each_answer_once()
    {
        await using FloodServer server = new(deadly: new Random(7));
        await using SumTcpClient client = new(new SumTcpClientOptions
        {
            Port = server.Port,
            MaxInFlight = 100,
            VerifySums = true,
            InitialBackOff = TimeSpan.FromMilliseconds(1),
        });
        Repeater[] repeaters = [.. Enumerable.Range(0, 4).Select(_ => new Repeater(client))];
        foreach (Repeater repeater in repeaters)
            repeater.Start();
        long[] sums = await Task.WhenAll(repeaters.Select(repeater => repeater.Done));

        sums.Should().AllBeEquivalentTo(Repeater.Count);
        server.Connections.Should().BeGreaterThan(1, "the server kills connections");
    }

    /// <summary>A clock that never says the same twice.</summary>
    private sealed class RestlessTime : TimeProvider
    {
        private long _now;

        public override long GetTimestamp() => Interlocked.Increment(ref _now);
    }

    /// <summary>Keeps 32 under way, 5,000 in all, and sends anew what was lost.</summary>
    private sealed class Repeater(SumTcpClient client) : ISumObserver
    {
        public const long Count = 5_000;

        private readonly TaskCompletionSource<long> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly bool[] _reported = new bool[Count];
        private long _next = 32;
        private long _count;

        public Task<long> Done => _done.Task;

        public void Start() => client.Submit([.. Enumerable.Range(0, 32).Select(i => new SumRequest(i, 1, i))], this);

        public void OnCompleted(ReadOnlySpan<SumCompletion> sums, long timestamp)
        {
            foreach (SumCompletion sum in sums)
            {
                if (!sum.Result.IsSum || sum.Result.Sum != sum.Tag + 1 || _reported[sum.Tag])
                    _done.TrySetException(new InvalidOperationException($"{sum}: reported {_reported[sum.Tag]}"));
                _reported[sum.Tag] = true;
                if (++_count == Count)
                    _done.TrySetResult(_count);
                if (_next < Count)
                    client.Submit([new(_next, 1, _next++)], this);
            }
        }
    }
}
