using FluentAssertions;
using SumSocket.Server.Tcp.Connection;
using Xunit;

namespace SumSocket.Tests.Server.Tcp.Connection;

/// <summary>Who may end a connection, and when.</summary>
public sealed class LoopOwnershipTests
{
    [Fact]
    public void A_working_loop_is_not_parked_however_often_it_was()
    {
        var turn = default(LoopOwnership);
        for (int i = 0; i < 3; i++)
        {
            turn.IsParked(out _).Should().BeFalse();
            turn.Park();
            turn.IsParked(out _).Should().BeTrue();
            turn.TryUnpark().Should().BeTrue();
        }

        turn.IsParked(out _).Should().BeFalse();
    }

    [Fact]
    public void A_parking_that_has_ended_and_begun_again_cannot_be_taken_over()
    {
        var turn = default(LoopOwnership);
        turn.Park();
        turn.IsParked(out int parking);
        turn.TryUnpark();
        turn.TryTakeOver(parking).Should().BeFalse("the loop works");
        turn.Park();

        turn.TryTakeOver(parking).Should().BeFalse("what was seen then need not be so now");

        turn.IsTakenOver.Should().BeFalse();
        turn.TryUnpark().Should().BeTrue();
    }

    [Fact]
    public void A_loop_does_not_go_on_that_was_taken_over()
    {
        var turn = default(LoopOwnership);
        turn.Park();
        turn.IsParked(out int parking);

        turn.TryTakeOver(parking).Should().BeTrue();

        turn.IsTakenOver.Should().BeTrue();
        turn.TryUnpark().Should().BeFalse();
        turn.IsParked(out _).Should().BeFalse();
        turn.TryTakeOver(parking).Should().BeFalse("once is enough");
    }
}
