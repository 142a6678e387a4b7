namespace SumSocket.Client.Tcp;

/// <summary>What came over a connection that is examined, or how it ended.</summary>
internal enum ProbeOutcome
{
    /// <summary>A sum, or an error that the server answered with.</summary>
    Answered,

    /// <summary>Nothing in time. The connection may still live.</summary>
    NoAnswer,

    /// <summary>The peer ended it between answers (FIN), over TLS with close_notify.</summary>
    Ended,

    /// <summary>The peer ended it inside an answer.</summary>
    EndedInAnswer,

    /// <summary>The peer ended it without close_notify, over TLS: something in between may have done that, and bytes may be missing.</summary>
    EndedUnannounced,

    /// <summary>A reset came.</summary>
    Reset,

    /// <summary>The kernel gave it up: <see cref="ProbeResult.Error"/> says why.</summary>
    Failed,

    /// <summary>The peer sent bytes that are no answer: it is no sum server.</summary>
    Foreign,

    /// <summary>This side has closed it.</summary>
    Closed,
}

/// <summary>One answer or one end of a connection, and when it came.</summary>
/// <param name="Outcome">What it is.</param>
/// <param name="Timestamp">When it was seen: <see cref="TimeProvider.GetTimestamp"/> of the connection's clock.</param>
internal sealed record ProbeResult(ProbeOutcome Outcome, long Timestamp)
{
    /// <summary>The answer, with <see cref="ProbeOutcome.Answered"/>.</summary>
    public Response Response { get; init; }

    /// <summary>What the server reports of the connection, where it was asked to and can.</summary>
    public PathReport? Path { get; init; }

    /// <summary>The code of the failed call.</summary>
    public SocketError Error { get; init; }

    /// <summary>The first bytes that are no answer, as they came.</summary>
    public ReadOnlyMemory<byte> FirstBytes { get; init; }

    /// <summary>What the kernel knew of the connection when it ended (Linux); null while it lives, or when this side had closed it.</summary>
    public TcpDetails? Tcp { get; init; }

    /// <summary>Whether the connection is over.</summary>
    public bool IsEnd => Outcome is not (ProbeOutcome.Answered or ProbeOutcome.NoAnswer);

    /// <summary>Whether it is an answer with a sum.</summary>
    public bool IsSum => Outcome == ProbeOutcome.Answered && !Response.IsError;

    /// <summary>A few lower-case words for people.</summary>
    public string Describe() => Outcome switch
    {
        ProbeOutcome.Answered => Response.IsError ? $"server said {Response.Error.ToWireName()}" : "answered",
        ProbeOutcome.NoAnswer => "no answer in time",
        ProbeOutcome.Ended => "closed by peer",
        ProbeOutcome.EndedInAnswer => "closed by peer inside an answer",
        ProbeOutcome.EndedUnannounced => "closed without close_notify",
        ProbeOutcome.Reset => "reset by peer",
        ProbeOutcome.Failed => SocketErrors.Describe(Error),
        ProbeOutcome.Foreign => "not a sum server",
        _ => "closed here",
    };
}

/// <summary>What receives the results of connections; one object may serve any number of them.</summary>
internal interface IProbeHandler
{
    /// <summary>A result has come. Called on a thread of the socket engine, or inside <see cref="ProbeConnection.Receive"/>: it must not
    /// block.</summary>
    void OnResult(ProbeConnection connection, ProbeResult result);
}
