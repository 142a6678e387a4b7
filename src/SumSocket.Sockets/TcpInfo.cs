namespace SumSocket.Sockets;

/// <summary>What the kernel knows of the way a TCP connection takes, at one moment.</summary>
/// <param name="RoundTrip">The smoothed round-trip time of segments.</param>
/// <param name="Variation">Its mean deviation.</param>
/// <param name="Retransmitted">Segments sent again since the connection was made.</param>
/// <param name="CongestionWindow">How many segments may be under way.</param>
/// <param name="SegmentSize">The most bytes that a segment carries.</param>
/// <param name="PathMtu">The longest packet the path takes, in bytes.</param>
public readonly record struct TcpInfo(
    TimeSpan RoundTrip, TimeSpan Variation, int Retransmitted, int CongestionWindow, int SegmentSize, int PathMtu);
