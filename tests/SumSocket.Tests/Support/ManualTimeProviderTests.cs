using FluentAssertions;
using Xunit;

namespace SumSocket.Tests;

public sealed class ManualTimeProviderTests
{
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public void Fires_timers_in_the_order_they_are_due_with_the_clock_at_that_instant()
    {
        var fired = new List<(string Name, TimeSpan At)>();
        using ITimer late = Timer("late", 3, fired);
        using ITimer early = Timer("early", 1, fired);
        using ITimer never = Timer("never", 6, fired);

        _clock.Advance(TimeSpan.FromSeconds(5));

        fired.Should().Equal(("early", TimeSpan.FromSeconds(1)), ("late", TimeSpan.FromSeconds(3)));
        _clock.GetUtcNow().Should().Be(ManualTimeProvider.Start.AddSeconds(5));
    }

    [Fact]
    public void Fires_a_timer_that_a_callback_sets_within_the_same_advance()
    {
        int fired = 0;
        ITimer? timer = null;
        timer = _clock.CreateTimer(
            _ =>
            {
                fired++;
                timer!.Change(TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
            },
            null,
            TimeSpan.FromSeconds(1),
            Timeout.InfiniteTimeSpan);

        _clock.Advance(TimeSpan.FromSeconds(3));

        fired.Should().Be(3);
        timer.Dispose();
    }

    [Fact]
    public void Repeats_a_timer_with_a_period_until_it_is_disposed()
    {
        int fired = 0;
        ITimer timer = _clock.CreateTimer(_ => fired++, null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));
        _clock.Advance(TimeSpan.FromSeconds(5));
        timer.Dispose();
        _clock.Advance(TimeSpan.FromSeconds(5));

        fired.Should().Be(3, "it was due at 1, 3 and 5 s");
    }

    [Fact]
    public void Fires_once_and_late_after_a_jump()
    {
        var fired = new List<(string Name, TimeSpan At)>();
        using ITimer timer = Timer("late", 1, fired);

        _clock.Jump(TimeSpan.FromSeconds(60));

        fired.Should().Equal(("late", TimeSpan.FromSeconds(60)));
    }

    private ITimer Timer(string name, int seconds, List<(string Name, TimeSpan At)> fired) => _clock.CreateTimer(
        _ => fired.Add((name, TimeSpan.FromTicks(_clock.GetTimestamp()))), null, TimeSpan.FromSeconds(seconds), Timeout.InfiniteTimeSpan);
}
