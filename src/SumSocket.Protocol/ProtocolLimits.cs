namespace SumSocket.Protocol;

/// <summary>The sizes the wire contract fixes (docs/protocol.md). They are not options: both ends must agree on them.</summary>
public static class ProtocolLimits
{
    /// <summary>The longest message, in bytes from its opening to its closing brace: 4,096.</summary>
    // rule E8
    public const int MaxMessageLength = 4096;

    /// <summary>The deepest nesting, where the message itself is depth 1: 8. It bounds what a reader has to remember.</summary>
    // rule E7
    public const int MaxDepth = 8;

    /// <summary>The longest time that an answer may be held back, in milliseconds: 86,400,000, a day. Servers may allow less.</summary>
    // rule O1
    public const int MaxDelay = 24 * 60 * 60 * 1000;

    /// <summary>The longest UDP datagram, in bytes: 1,200. It fits any path that carries IPv6 (RFC 8200, section 5).</summary>
    // rule U1
    public const int MaxDatagramLength = 1200;
}
