namespace SumSocket.Measurement.Ping;

/// <summary>Something worth telling while a <see cref="PingProbe"/> runs.</summary>
public abstract record PingEvent
{
    private protected PingEvent()
    {
    }
}
