namespace SumSocket.SystemTests.Harness;

/// <summary>States of a TCP socket as /proc/net/tcp numbers them.</summary>
internal enum SocketState
{
    /// <summary>Open in both directions.</summary>
    Established = 1,

    /// <summary>It asks for a connection and has no answer yet.</summary>
    SynSent = 2,

    /// <summary>The peer has ended and this side has not noticed or not cared.</summary>
    CloseWait = 8,

    /// <summary>It accepts connections.</summary>
    Listen = 10,
}
