namespace SumSocket.Client;

/// <summary>What became of one request.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Sum">The sum, with <see cref="SumOutcome.Sum"/>; what the peer said, with <see cref="SumOutcome.WrongAnswer"/>; else
/// 0.</param>
/// <param name="Error">The peer's error code, with <see cref="SumOutcome.ServerError"/>; <c>overflow</c> where there is none, with
/// <see cref="SumOutcome.WrongAnswer"/>.</param>
public readonly record struct SumResult(SumOutcome Outcome, long Sum = 0, ErrorCode Error = ErrorCode.None)
{
    /// <summary>True when there is a sum.</summary>
    public bool IsSum => Outcome == SumOutcome.Sum;
}
