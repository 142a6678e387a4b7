namespace SumSocket.Client;

/// <summary>What became of one request.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Sum">The sum, with <see cref="SumOutcome.Sum"/>; what the peer sent, with <see cref="SumOutcome.WrongAnswer"/>; else
/// 0.</param>
/// <param name="Error">The peer's error code, with <see cref="SumOutcome.ServerError"/>; <c>overflow</c> where there is none, with
/// <see cref="SumOutcome.WrongAnswer"/>.</param>
public readonly record struct SumResult(SumOutcome Outcome, long Sum = 0, ErrorCode Error = ErrorCode.None)
{
    /// <summary>True when there is a sum.</summary>
    public bool IsSum => Outcome == SumOutcome.Sum;

    /// <summary>True when the request was sent again on another connection, since the one before had ended without its answer. The server
    /// may have computed it more than once. Always false over UDP, whose repeats are no retries.</summary>
    public bool IsRetried { get; init; }
}

/// <summary>How a request ended. Every request ends in exactly one of these, or throws because its caller cancelled it.</summary>
public enum SumOutcome : byte
{
    /// <summary>The peer answered with a sum (and, when sums are verified, the right one).</summary>
    Sum,

    /// <summary>The peer answered, and the answer is wrong. Only reported when sums are verified.</summary>
    WrongAnswer,

    /// <summary>The peer answered with an error.</summary>
    ServerError,

    /// <summary>The request's deadline passed: it was sent, and what became of it is unknown.</summary>
    TimedOut,

    /// <summary>Not a byte of the request went out, so that it certainly had no effect.</summary>
    NotSent,

    /// <summary>It was sent, at least in part, and the connection was lost before its answer; over UDP: no process listens there.</summary>
    OutcomeUnknown,
}

/// <summary>A request that has ended, as its <see cref="ISumObserver"/> gets it.</summary>
/// <param name="A">Its first addend.</param>
/// <param name="B">Its second addend.</param>
/// <param name="Tag">Its tag.</param>
/// <param name="Result">What became of it.</param>
public readonly record struct SumCompletion(long A, long B, long Tag, SumResult Result);
