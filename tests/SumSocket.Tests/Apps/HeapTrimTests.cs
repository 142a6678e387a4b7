using FluentAssertions;
using SumSocket.Apps;
using Xunit;

namespace SumSocket.Tests.Apps;

/// <summary>When the server program gives memory back.</summary>
[Collection(Alone.Name)]
public sealed class HeapTrimTests
{
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public void Collects_once_when_a_crowd_has_left_garbage_and_it_is_calm()
    {
        using HeapTrim trim = new(_clock);
        Settle();

        Allocate(GC.GetTotalMemory(forceFullCollection: false) + 4_000_000);
        CollectionsDuringAPeriod().Should().Be(0, "it is not calm");

        CollectionsDuringAPeriod().Should().Be(1, "it is calm now");
        CollectionsDuringAPeriod().Should().Be(0, "there is nothing left to give back");
    }

    [Fact]
    public void Leaves_a_little_garbage_alone()
    {
        using HeapTrim trim = new(_clock);
        Settle();

        Allocate(500_000);
        CollectionsDuringAPeriod();

        CollectionsDuringAPeriod().Should().Be(0);
    }

    /// <summary>What the process has allocated before the test counts as the first crowd.</summary>
    private void Settle()
    {
        CollectionsDuringAPeriod();
        CollectionsDuringAPeriod();
    }

    private static void Allocate(long bytes)
    {
        for (long allocated = 0; allocated < bytes; allocated += 10_000)
            GC.KeepAlive(new byte[10_000]);
    }

    private int CollectionsDuringAPeriod()
    {
        int before = GC.CollectionCount(GC.MaxGeneration);
        _clock.Advance(TimeSpan.FromMilliseconds(200));
        return GC.CollectionCount(GC.MaxGeneration) - before;
    }
}
