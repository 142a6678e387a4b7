namespace SumSocket.Client.Udp;

/// <summary>
/// A datagram decided on under the gate and to be sent outside it, by when its request may have ended: so it holds all that sending takes.
/// Without a link there is nothing to send.
/// </summary>
internal readonly record struct OutgoingDatagram(UdpPeer? Link, long A, long B, long Number, bool IsRepeat);
