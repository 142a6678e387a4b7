namespace SumSocket.Measurement.Ping;

/// <summary>How a question ended, as far as outages are concerned.</summary>
internal enum QuestionEnd
{
    /// <summary>It has not.</summary>
    None,

    /// <summary>With the right sum.</summary>
    Answered,

    /// <summary>Without an answer.</summary>
    Lost,

    /// <summary>In a way that says nothing of the path.</summary>
    Other,
}

/// <summary>A question under way, or something that happened to the connection, in the line of <see cref="OutageFinder"/>.</summary>
/// <param name="worker">Who asks, from 1.</param>
/// <param name="sequence">The how-manieth question of that worker it is, from 1.</param>
/// <param name="askedAt">When, from the start.</param>
internal sealed class PingRequest(int worker, long sequence, TimeSpan askedAt)
{
    public int Worker => worker;

    public long Sequence => sequence;

    public TimeSpan AskedAt => askedAt;

    /// <summary>The second addend.</summary>
    public long B { get; init; }

    /// <summary>Why there was no connection, or nobody to answer, when it was asked; null when nothing was known.</summary>
    public string? Trouble { get; init; }

    /// <summary>When the answer came; how it ended; why there was none.</summary>
    public (QuestionEnd How, TimeSpan At, string Reason) End { get; set; }
}
