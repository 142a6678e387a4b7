namespace SumSocket.Client;

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

    /// <summary>The connection was lost after the request was sent, wholly or in part, and before its answer came; or over UDP no process
    /// listens there.</summary>
    OutcomeUnknown,
}
