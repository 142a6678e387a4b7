using System.Diagnostics.Metrics;
using System.Text.Json;

namespace SumSocket.Server.Udp;

/// <summary>The metrics of one UDP server. Nothing is recorded per datagram: what is counted anyway is read.</summary>
internal sealed class SumUdpServerMetrics : IDisposable
{
    private static readonly KeyValuePair<string, object?> _udp = ServerMeter.Transport("udp");
    private static readonly DropReason[] _reasons = Enum.GetValues<DropReason>();
    private static readonly KeyValuePair<string, object?>[][] _tags = [.. _reasons.Select(TagsOf)];

    private readonly Meter _meter = new(ServerMeter.Name);

    /// <summary>Begins to measure.</summary>
    /// <param name="counts">What became of the datagrams received.</param>
    /// <param name="overflowed">How many the kernel dropped; null where it does not say.</param>
    public SumUdpServerMetrics(DatagramCounts counts, Func<long?> overflowed)
    {
        _meter.CreateObservableCounter(
            "sumsocket.server.datagrams", () => _reasons.Select(reason => new Measurement<long>(counts[reason], _tags[(int)reason])),
            "{datagram}", "Datagrams received.");
        _meter.CreateObservableCounter(
            "sumsocket.server.overflowed_datagrams",
            () => overflowed() is { } drops ? [new Measurement<long>(drops, _udp)] : (Measurement<long>[])[],
            "{datagram}", "Datagrams that the kernel dropped because a receive buffer was full (Linux).");
    }

    /// <summary>The meter, for tests that listen to one server of several.</summary>
    public Meter Meter => _meter;

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private static KeyValuePair<string, object?>[] TagsOf(DropReason reason) => reason == DropReason.None
        ? [_udp] : [_udp, new(ServerMeter.ErrorType, JsonNamingPolicy.SnakeCaseLower.ConvertName(reason.ToString()))];
}
