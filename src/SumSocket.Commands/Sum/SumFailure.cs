namespace SumSocket.Commands.Sum;

/// <summary>Why there is no sum, in words.</summary>
internal static class SumFailure
{
    /// <summary>A few lower-case words.</summary>
    public static string Describe(SumResult result) => result.Outcome switch
    {
        SumOutcome.ServerError => result.Error.ToWireName(),
        SumOutcome.TimedOut => "timed out",
        SumOutcome.NotSent => "not sent",
        SumOutcome.WrongAnswer => "wrong answer",
        _ => "connection lost",
    };

    /// <summary>The same with what a server's error means.</summary>
    public static string Explain(SumResult result) => result.Outcome == SumOutcome.ServerError
        ? $"{Describe(result)}: {new ProtocolError(result.Error).Message}"
        : Describe(result);
}
