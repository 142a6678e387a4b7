using System.Net.Sockets;
using SumSocket.Client.Udp;
using SumSocket.Protocol;
using SumSocket.Sockets;

namespace SumSocket.Measurement.Idle;

/// <summary>Tries silences over UDP, each over a socket of its own: how long what stands between remembers the way back.</summary>
/// <param name="host">The server.</param>
/// <param name="port">Its port.</param>
/// <param name="patience">How long an answer may take.</param>
/// <param name="clock">The clock.</param>
internal sealed class UdpSilence(string host, int port, TimeSpan patience, TimeProvider clock) : ISilenceProbe
{
    private const int Length = 400; // longer than any answer with a report, which a server sends only then

    private static readonly RequestProbe _report = new(Path: new PathQuery(IsAsked: true));

    /// <summary>What sees the sockets; null for nothing.</summary>
    public ISocketObserver? Observer { get; init; }

    public async Task<ServerKnowledge> MeetAsync(CancellationToken stop)
    {
        (UdpProbe? opened, string reason) = await UdpProbe.OpenAsync(host, port, Observer, clock, stop).ConfigureAwait(false);
        if (opened is not { } probe)
            return new ServerKnowledge(IsReached: false) { Failure = reason };
        using (probe)
        {
            UdpProbeResult first = await AskAsync(probe, 1, _report, patience, stop).ConfigureAwait(false);
            if (!first.IsAnswered)
                return new ServerKnowledge(IsReached: false) { Failure = Words(first) };
            var delay = TimeSpan.FromMilliseconds(200);
            UdpProbeResult held = await AskAsync(probe, 3, new RequestProbe(200), delay + patience, stop).ConfigureAwait(false);
            return new ServerKnowledge(IsReached: true)
            {
                Answers = true,
                KnowsPath = first.Path is not null,
                KnowsDelay = held.IsAnswered && held.Time >= delay * 0.9,
            };
        }
    }

    public async Task<SilenceResult> TryAsync(SilenceTry what, CancellationToken stop)
    {
        (UdpProbe? opened, string reason) = await UdpProbe.OpenAsync(host, port, Observer, clock, stop).ConfigureAwait(false);
        if (opened is not { } probe)
            return new SilenceResult(what, SilenceEnd.Unusable, TimeSpan.Zero) { Detail = reason };
        using (probe)
        {
            UdpProbeResult first = await AskAsync(probe, 1, _report, patience, stop).ConfigureAwait(false);
            if (!first.IsAnswered)
                return new SilenceResult(what, SilenceEnd.Unusable, TimeSpan.Zero) { Detail = Words(first) };
            long start = clock.GetTimestamp();
            if (what.First == SilenceBreaker.Server)
                return await ServerFirstAsync(probe, what, start, stop).ConfigureAwait(false);
            await Task.Delay(what.Silence, clock, stop).ConfigureAwait(false);
            return await ClientFirstAsync(probe, what, first.Path?.Peer, start, stop).ConfigureAwait(false);
        }
    }

    public Task<string?> AskEndAsync(long key, CancellationToken stop) => Task.FromResult<string?>(null);

    /// <summary>One datagram may be lost, so it asks twice.</summary>
    private async Task<SilenceResult> ClientFirstAsync(UdpProbe probe, SilenceTry what, string? peer, long start, CancellationToken stop)
    {
        UdpProbeResult answer = await AskAsync(probe, 3, _report, patience, stop).ConfigureAwait(false);
        if (!answer.IsAnswered)
            answer = await AskAsync(probe, 5, _report, patience, stop).ConfigureAwait(false);
        SilenceEnd end = !answer.IsAnswered ? (answer.Error == SocketError.TimedOut ? SilenceEnd.NoAnswer : SilenceEnd.Failed)
            : answer.Path?.Peer != peer ? SilenceEnd.SourceChanged
            : SilenceEnd.Answered;
        return new SilenceResult(what, end, clock.GetElapsedTime(start))
        {
            Error = end == SilenceEnd.Failed ? answer.Error : SocketError.Success,
            Detail = end == SilenceEnd.SourceChanged ? $"{peer} became {answer.Path?.Peer}" : "",
        };
    }

    private async Task<SilenceResult> ServerFirstAsync(UdpProbe probe, SilenceTry what, long start, CancellationToken stop)
    {
        var delay = new RequestProbe((int)what.Silence.TotalMilliseconds);
        UdpProbeResult answer = await AskAsync(probe, 3, delay, what.Silence + patience, stop).ConfigureAwait(false);
        TimeSpan after = clock.GetElapsedTime(start);
        if (answer.IsAnswered)
            return new SilenceResult(what, after < what.Silence * 0.95 - TimeSpan.FromMilliseconds(20)
                ? SilenceEnd.ServerEnded : SilenceEnd.Answered, after);
        if (answer.Error != SocketError.TimedOut)
            return new SilenceResult(what, SilenceEnd.Failed, after) { Error = answer.Error };
        UdpProbeResult then = await AskAsync(probe, 5, _report, patience, stop).ConfigureAwait(false);
        return new SilenceResult(what, SilenceEnd.NoAnswer, after) { Then = then.IsAnswered ? SilenceEnd.Answered : SilenceEnd.NoAnswer };
    }

    private static Task<UdpProbeResult> AskAsync(
        UdpProbe probe, int number, RequestProbe what, TimeSpan patience, CancellationToken stop) =>
        probe.AskAsync(number, Length, what, patience, stop);

    private static string Words(UdpProbeResult result) =>
        result.Error == SocketError.TimedOut ? "no answer in time" : Sockets.SocketErrors.Describe(result.Error);
}
