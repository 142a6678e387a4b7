using FluentAssertions;
using SumSocket.Client;
using SumSocket.Protocol;
using SumSocket.Tests.Measurement;
using Xunit;

namespace SumSocket.Tests.Torture;

/// <summary>Whether the ledger finds what it is there to find.</summary>
public sealed class RequestLedgerTests
{
    private readonly RequestLedger _ledger = new();

    [Theory]
    [InlineData(7, 4, SumOutcome.Sum, 11, ErrorCode.None, false)]
    [InlineData(7, 4, SumOutcome.Sum, 12, ErrorCode.None, true)]
    [InlineData(7, 4, SumOutcome.WrongAnswer, 12, ErrorCode.None, true)]
    [InlineData(7, 4, SumOutcome.ServerError, 0, ErrorCode.Busy, false)]
    [InlineData(7, 4, SumOutcome.ServerError, 0, ErrorCode.Overflow, true)]
    [InlineData(long.MaxValue, 1, SumOutcome.ServerError, 0, ErrorCode.Overflow, false)]
    [InlineData(long.MaxValue, 1, SumOutcome.Sum, long.MinValue, ErrorCode.None, true)]
    [InlineData(7, 4, SumOutcome.TimedOut, 0, ErrorCode.None, false)]
    public async Task Does_its_own_arithmetic(long a, long b, SumOutcome outcome, long sum, ErrorCode error, bool isFault)
    {
        await using ScriptedClient client = new((_, _, _) => ValueTask.FromResult(new SumResult(outcome, sum, error)));

        await _ledger.AskAsync(client, a, b, CancellationToken.None);

        (_ledger.FaultCount, _ledger.Begun, _ledger.Ended, _ledger.Open).Should().Be((isFault ? 1 : 0, 1, 1, 0), _ledger.ToString());
    }

    [Fact]
    public async Task Finds_a_second_end_the_end_of_another_and_what_has_none()
    {
        TaskCompletionSource<SumResult> never = new();
        await using ScriptedClient client = new((a, _, _) =>
            a == 0 ? new ValueTask<SumResult>(never.Task) : ValueTask.FromResult(new SumResult(SumOutcome.Sum, a + 4)));
        await _ledger.AskAsync(client, 7, 4, CancellationToken.None);
        Task<bool> open = _ledger.AskAsync(client, 0, 4, CancellationToken.None);

        _ledger.OnCompleted([new SumCompletion(7, 4, Tag: 1, new SumResult(SumOutcome.Sum, 11))], 0);
        _ledger.FaultCount.Should().Be(1, "it had ended");
        _ledger.Open.Should().Be(1);
        _ledger.OnCompleted([new SumCompletion(1, 1, Tag: 2, new SumResult(SumOutcome.Sum, 2))], 0);
        _ledger.FaultCount.Should().Be(2, "that was not what it requested");
        open.IsCompleted.Should().BeFalse();
    }
}
