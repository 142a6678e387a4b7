namespace SumSocket.Server;

/// <summary>A server cannot listen on an address: it is taken, not of this machine, or not permitted.</summary>
/// <param name="endPoint">The address.</param>
/// <param name="innerException">What the kernel said.</param>
public sealed class SumBindException(IPEndPoint endPoint, SocketException innerException)
    : Exception($"cannot listen on {endPoint}: {SocketErrors.Describe(innerException.SocketErrorCode)}", innerException)
{
    /// <summary>The address that cannot be had.</summary>
    public IPEndPoint EndPoint { get; } = endPoint;
}
