namespace SumSocket.Client.Requests;

/// <summary>Why a connection ended.</summary>
/// <param name="Cause">What kind of end it is.</param>
/// <param name="Reason">A few lower-case words for people.</param>
internal sealed record DisconnectReason(ConnectionCause Cause, string Reason)
{
    public static DisconnectReason ByPeer { get; } =
        new(ConnectionCause.EndOfStream, "connection closed by peer") { IsInOrderByPeer = true };

    public static DisconnectReason InsideAnswer { get; } = new(ConnectionCause.EndOfStream, "connection closed by peer inside an answer");

    /// <summary>Over TLS: bytes before the end may be missing.</summary>
    public static DisconnectReason NoCloseNotify { get; } = new(
        ConnectionCause.EndOfStream, "connection cut: the peer's end came without close_notify");

    /// <summary>Over TLS, before the first answer: also the way a client certificate is refused with TLS 1.3, where the client has
    /// completed its handshake by then.</summary>
    public static DisconnectReason AfterHandshake { get; } = new(
        ConnectionCause.EndOfStream,
        "connection cut by peer after the handshake: it may want a client certificate, or refuse the one given");

    public static DisconnectReason SpeaksTls { get; } =
        new(ConnectionCause.ProtocolViolation, "protocol violation: the server speaks TLS") { Peer = WrongPeer.SpeaksTls };

    public static DisconnectReason NoAnswer { get; } = new(ConnectionCause.TimedOut, "no answer in time");

    public static DisconnectReason Unsolicited { get; } = new(
        ConnectionCause.ProtocolViolation, "protocol violation: an answer to no request");

    public static DisconnectReason NotAnAnswer { get; } = new(ConnectionCause.ProtocolViolation, "protocol violation: not an answer");

    /// <summary>The first that came is no answer.</summary>
    public static DisconnectReason NoSumServer(ReadOnlySpan<byte> said) =>
        new(ConnectionCause.ProtocolViolation, $"this is no sum server (it said \"{VisibleText.StartOf(said)}\")")
        {
            Peer = WrongPeer.NoSumServer,
        };

    /// <summary>It has carried all the requests it may, and all are answered.</summary>
    public static DisconnectReason UsedUp { get; } = new(ConnectionCause.None, "all its requests are answered");

    /// <summary>True when nothing is wrong: this side closes.</summary>
    public bool IsInOrder => Cause == ConnectionCause.None;

    /// <summary>The peer ended the stream between answers, over TLS with close_notify, as a server does that stops.</summary>
    public bool IsInOrderByPeer { get; private init; }

    /// <summary>What the peer is, where it spoke something else from the start.</summary>
    public WrongPeer Peer { get; private init; }

    /// <summary>How long the peer had been silent, where the kernel knows better than the receiver.</summary>
    public TimeSpan? Silence { get; private init; }

    /// <summary>What noticed that the peer is dead; else empty.</summary>
    public string NoticedBy { get; private init; } = "";

    public ConnectionEventKind EventKind => IsInOrder ? ConnectionEventKind.Closed : ConnectionEventKind.Lost;

    /// <summary>True when the peer does not speak the protocol. What was sent to it is not sent again, for ever, to a wrong port.</summary>
    public bool IsViolation => Cause == ConnectionCause.ProtocolViolation;

    public static DisconnectReason Said(ErrorCode error) => new(ConnectionCause.ServerError, $"server said {error.ToWireName()}");

    /// <summary>A bug of this side.</summary>
    public static DisconnectReason Fault(Exception fault) => new(ConnectionCause.Other, $"internal fault: {fault.Message}");

    public static DisconnectReason Failed(SocketError error) => new(ConnectResult.CauseOf(error), SocketErrors.Describe(error));

    /// <summary>The same, and of a peer that the kernel has given up also when it was last heard and what noticed.</summary>
    public static DisconnectReason Failed(SocketError error, ITransport transport) =>
        SocketErrors.IsDeadPeer(error) && transport.Bare.ReadTcpDetails() is { } tcp
            ? Failed(error) with { Silence = tcp.SinceData < tcp.SinceAck ? tcp.SinceData : tcp.SinceAck, NoticedBy = Notice(tcp) }
            : Failed(error);

    /// <summary>What is in flight is forgotten when the kernel gives up; what it has counted is not.</summary>
    private static string Notice(TcpDetails tcp) => tcp.IsPeerNotReading ? "a closed window"
        : tcp.Retransmits > 0 ? "unacknowledged data"
        : tcp.Probes > 0 ? "keep-alive" : "the kernel";
}
