namespace SumSocket.Measurement.Bench;

/// <summary>What became of a planned question. Each has exactly one.</summary>
public enum BenchOutcome
{
    /// <summary>The right sum came.</summary>
    Ok,

    /// <summary>An answer came that is wrong.</summary>
    Wrong,

    /// <summary>An error came in place of a sum, or what is no answer at all.</summary>
    Error,

    /// <summary>No answer came within the time for one, or the connection was given up because another question on it got none.</summary>
    TimedOut,

    /// <summary>It was not sent: the server refused the connection; or it is a datagram, and nobody listens there, which comes to the same.</summary>
    Refused,

    /// <summary>It was not sent for another reason: no route, no connection in time.</summary>
    NotSent,

    /// <summary>The connection was reset before the answer.</summary>
    Reset,

    /// <summary>The server closed the connection before the answer.</summary>
    EndOfStream,

    /// <summary>It had no answer when the run was given up: still under way, or due and never sent.</summary>
    Unanswered,
}
