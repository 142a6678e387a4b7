using System.Net;
using SumSocket.Client;
using SumSocket.Measurement.Ping;

namespace SumSocket.Tests.Measurement.Ping;

/// <summary>A ping whose client a test plays, with a clock that stands still unless moved.</summary>
public abstract class PingProbeTest
{
    private protected static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private protected static readonly IPEndPoint Peer = new(IPAddress.Loopback, 5656);

    private protected TimerSignal Clock { get; } = new();

    /// <summary>A client whose answers a test writes, on its clock.</summary>
    private protected ScriptedClient Play(Func<long, long, CancellationToken, ValueTask<SumResult>> answer) =>
        new(answer) { Clock = Clock };

    private protected static async ValueTask<SumResult> NeverAsync(CancellationToken given)
    {
        TaskCompletionSource<SumResult> never = new();
        return await never.Task.WaitAsync(given);
    }

    private protected static async Task<List<PingEvent>> CollectAsync(PingProbe probe, CancellationToken stop = default)
    {
        List<PingEvent> events = [];
        await foreach (PingEvent one in probe.RunAsync(stop))
            events.Add(one);
        return events;
    }
}
