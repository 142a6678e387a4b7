namespace SumSocket.Client.Udp;

/// <summary>What became of a datagram; see <see cref="SumUdpCounts"/>.</summary>
internal enum DatagramCounter
{
    Sent,
    Repeated,
    SendFailed,
    Answered,
    Late,
    Duplicate,
    Foreign,
    Malformed,
    Refused,

    /// <summary>Not a fate of its own: besides answered or late.</summary>
    Reordered,
}
