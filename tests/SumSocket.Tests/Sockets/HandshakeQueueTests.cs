using FluentAssertions;
using SumSocket.Sockets.Tls;
using Xunit;

namespace SumSocket.Tests.Sockets;

/// <summary>Which handshake is computed when.</summary>
public sealed class HandshakeQueueTests
{
    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Computes_as_many_at_once_as_it_may_and_then_the_newest_first()
    {
        var queue = new HandshakeQueue(limit: 2);
        using var hold = new ManualResetEventSlim();
        var begun = new List<int>();
        var done = new CountdownEvent(6);

        for (int i = 0; i < 2; i++)
            Add(i);
        await TestTimeout.UntilAsync(() => Begun() == 2, "two are begun");
        for (int i = 2; i < 6; i++)
            Add(i);
        var behind = new TaskCompletionSource();
        ThreadPool.UnsafeQueueUserWorkItem(_ => behind.SetResult(), null); // behind whatever the queue has put into the pool
        await behind.Task.WaitAsync(TestTimeout.Span);
        Begun().Should().Be(2, "no more are computed at once");
        hold.Set();
        await TestTimeout.UntilAsync(() => done.IsSet, "all are done");

        begun[..2].Should().BeEquivalentTo([0, 1]);
        begun[2].Should().BeOneOf([5, 4], "of those that waited the newest come first");
        begun[^1].Should().BeOneOf(2, 3);

        int Begun()
        {
            lock (begun)
                return begun.Count;
        }

        void Add(int number) => queue.Add(new Step(() =>
        {
            lock (begun)
                begun.Add(number);
            hold.Wait(TestTimeout.Span);
            done.Signal();
        }));
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Begins_again_after_it_was_empty()
    {
        var queue = new HandshakeQueue(limit: 1);
        for (int i = 0; i < 100; i++)
        {
            var done = new TaskCompletionSource();
            queue.Add(new Step(done.SetResult));
            await done.Task.WaitAsync(TestTimeout.Span);
        }
    }

    private sealed class Step(Action action) : IThreadPoolWorkItem
    {
        public void Execute() => action();
    }
}
