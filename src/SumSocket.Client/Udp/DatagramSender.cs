using SumSocket.Protocol;

namespace SumSocket.Client.Udp;

/// <summary>Sends what was decided on under the gate, counts it, and notes what certainly did not leave.</summary>
internal sealed class DatagramSender(Lock gate, InFlightTable inFlight, SumUdpCounts counts, bool useIds)
{
    /// <summary>Sends one datagram. Not under the gate.</summary>
    /// <returns>
    /// The link, when it told that nobody listens there: pass it to <see cref="UdpDispatcher.TakeRefusal"/>, outside all locks.
    /// </returns>
    public UdpPeer? Send(in OutgoingDatagram departure)
    {
        if (departure.Link is not { } link)
            return null;
        if (link.TrySend(new Request(departure.A, departure.B, useIds ? departure.Number : null), out bool isRefused))
        {
            counts.Add(departure.IsRepeat ? DatagramCounter.Repeated : DatagramCounter.Sent);
        }
        else
        {
            counts.Add(DatagramCounter.SendFailed);
            lock (gate)
            {
                if (inFlight.Find(departure.Number) is { } outstanding)
                    outstanding.Request.MaybeSent = ++outstanding.Failures < outstanding.Tries;
            }
        }

        return isRefused ? link : null;
    }
}
