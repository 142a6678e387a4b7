namespace SumSocket.Commands.Ping;

/// <summary>Writes how a ping goes, in some form. Each call has written its output when it returns.</summary>
internal interface IPingReport
{
    void Begin()
    {
    }

    void Add(PingEvent one);

    void End(PingSummary summary, IReadOnlyList<TransportCounter> path);
}

/// <summary>The server of a ping: its address, <c>tcp</c> or <c>udp</c>, and whether there are connections to report.</summary>
internal sealed record PingTarget(string Name, string Transport, bool HasConnections);
