namespace SumSocket.Commands.Ping;

/// <summary>Tells how a ping goes, in some form. Each call has written all it has to say when it returns.</summary>
internal interface IPingReport
{
    void Begin();

    void Tell(PingEvent one);

    void End(PingSummary summary, IReadOnlyList<TransportCounter> path);
}
