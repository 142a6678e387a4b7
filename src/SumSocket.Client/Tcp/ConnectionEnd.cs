using SumSocket.Protocol;

namespace SumSocket.Client.Tcp;

/// <summary>Why a connection ended.</summary>
/// <param name="Reason">A few lower-case words for people.</param>
/// <param name="IsViolation">
/// True when the peer does not speak the protocol. What was sent to it is not sent again: whoever answers on a wrong port would get it for ever.
/// </param>
internal sealed record ConnectionEnd(string Reason, bool IsViolation = false)
{
    public static ConnectionEnd ByPeer { get; } = new("connection closed by peer");

    public static ConnectionEnd InsideAnswer { get; } = new("connection closed by peer inside an answer");

    public static ConnectionEnd NoAnswer { get; } = new("no answer in time");

    public static ConnectionEnd Unsolicited { get; } = new("protocol violation: an answer to no request", IsViolation: true);

    public static ConnectionEnd NotAnAnswer { get; } = new("protocol violation: not an answer", IsViolation: true);

    public static ConnectionEnd Said(ErrorCode error) => new($"server said {error.ToWireName()}");
}
