using System.Runtime.CompilerServices;
using FluentAssertions;
using SumSocket.Client;
using SumSocket.Client.Requests;
using SumSocket.Client.Tcp;
using Xunit;

namespace SumSocket.Tests.Client.Tcp;

public sealed class InFlightQueueTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(15)]
    public void Keeps_the_order_when_it_grows_wherever_its_oldest_stands(int gone)
    {
        InFlightQueue queue = new();
        AwaitedSum request = new(core: null!, pool: null);
        for (int i = 0; i < gone; i++)
        {
            queue.Enqueue(request, i);
            queue.Drop(1);
        }

        for (int i = 0; i < 100; i++)
            queue.Enqueue(request, i);

        Enumerable.Range(0, 100).Select(i => queue[i].Start).Should().Equal(Enumerable.Range(0, 100).Select(i => (long)i));
        for (int i = 0; i < 100; i++)
        {
            queue.Oldest[0].Start.Should().Be(i);
            queue.Drop(1);
        }

        queue.Count.Should().Be(0);
    }

    [Fact]
    public void Forgets_the_caller_once_it_is_answered()
    {
        InFlightQueue queue = new();
        WeakReference caller = Ask(queue);
        queue.Drop(1);

        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();

        caller.IsAlive.Should().BeFalse();
        GC.KeepAlive(queue);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static WeakReference Ask(InFlightQueue queue)
        {
            RecordingObserver observer = new();
            queue.Enqueue(new SumRequest(1, 2), observer, number: 1, deadline: 9, start: 0);
            return new WeakReference(observer);
        }
    }

    [Fact]
    public void Shows_the_oldest_up_to_the_end_of_the_ring_and_then_the_others()
    {
        InFlightQueue queue = new();
        AwaitedSum request = new(core: null!, pool: null);
        for (int i = 0; i < 20; i++)
        {
            queue.Enqueue(request, i);
            if (i < 10)
                queue.Drop(1);
        }

        List<long> seen = [];
        int looks = 0;
        for (; queue.Count > 0; looks++)
        {
            foreach (ref readonly InFlightQueue.Entry entry in queue.Oldest)
                seen.Add(entry.Start);
            queue.Drop(queue.Oldest.Length);
        }

        seen.Should().Equal(Enumerable.Range(10, 10).Select(i => (long)i));
        looks.Should().Be(2, "sixteen have room, and the tenth stood at ten");
    }
}
