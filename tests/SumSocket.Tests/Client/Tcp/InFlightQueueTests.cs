using FluentAssertions;
using SumSocket.Client;
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
        AwaitedSum request = new(owner: null!, pool: null);
        for (int i = 0; i < gone; i++)
        {
            queue.Enqueue(request, i);
            queue.Dequeue();
        }

        for (int i = 0; i < 100; i++)
            queue.Enqueue(request, i);

        Enumerable.Range(0, 100).Select(i => queue[i].Start).Should().Equal(Enumerable.Range(0, 100).Select(i => (long)i));
        for (int i = 0; i < 100; i++)
            queue.Dequeue().Start.Should().Be(i);
        queue.Count.Should().Be(0);
    }
}
