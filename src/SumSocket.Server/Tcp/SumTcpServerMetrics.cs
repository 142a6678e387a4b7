using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Security.Authentication;

namespace SumSocket.Server.Tcp;

/// <summary>The metrics of one TCP server. Nothing is recorded per request: requests are counted on their connections and added up when
/// they are read.</summary>
internal sealed class SumTcpServerMetrics : IDisposable
{
    private static readonly KeyValuePair<string, object?> _tcp = ServerMeter.Transport("tcp");

    private readonly Meter _meter = new(ServerMeter.Name);
    private readonly Counter<long> _closed;
    private readonly Histogram<double> _duration;
    private readonly Histogram<double> _handshake;

    /// <summary>Begins to measure.</summary>
    public SumTcpServerMetrics(ConnectionRegistry connections)
    {
        _meter.CreateObservableUpDownCounter(
            "sumsocket.server.active_connections", () => new Measurement<long>(connections.Served, _tcp), "{connection}",
            "Connections being served.");
        _meter.CreateObservableGauge(
            "sumsocket.server.connection.limit", () => new Measurement<long>(connections.Limit, _tcp), "{connection}",
            "Connections that can be served at a time.");
        _meter.CreateObservableCounter(
            "sumsocket.server.rejected_connections", () => new Measurement<long>(connections.Rejected, _tcp), "{connection}",
            "Connections answered busy, at the limit for all or for one address.");
        _meter.CreateObservableCounter(
            "sumsocket.server.requests", () => Requests(connections), "{request}", "Requests answered.");
        _meter.CreateObservableUpDownCounter(
            "sumsocket.server.open_files", () => new Measurement<long>(LinuxOnly.OpenFiles(), _tcp), "{file}",
            "Files and sockets that the process has open (Linux).");
        _closed = _meter.CreateCounter<long>("sumsocket.server.closed_connections", "{connection}", "Connections that have ended.");
        _duration = _meter.CreateHistogram(
            "sumsocket.server.connection.duration", "s", "How long connections were open.", null,
            ServerMeter.Seconds(0.01, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 3600, 21_600, 86_400));
        _handshake = _meter.CreateHistogram(
            "sumsocket.server.tls_handshake.duration", "s", "How long TLS handshakes took.", null,
            ServerMeter.Seconds(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10));
    }

    /// <summary>The meter, for tests that listen to one server of several.</summary>
    public Meter Meter => _meter;

    public void Closed(SumTcpConnection connection, in CloseWords words)
    {
        var tags = new TagList { _tcp, { "sumsocket.close_reason", words.Reason } };
        if (connection.Reason.IsError())
            tags.Add(ServerMeter.ErrorType, words.Reason);
        _duration.Record(connection.Age.TotalSeconds, tags);
        tags.Add("sumsocket.closed_by", words.By);
        tags.Add("sumsocket.close_phase", words.Phase);
        _closed.Add(1, tags);
    }

    /// <summary>A handshake has ended.</summary>
    /// <param name="took">How long it took, its wait for a processor included.</param>
    /// <param name="protocol">The version agreed on; none where it failed.</param>
    /// <param name="failure">Why it failed; <see cref="CloseReason.None"/> where it did not.</param>
    public void HandshakeEnded(TimeSpan took, SslProtocols protocol, CloseReason failure)
    {
        var tags = new TagList { _tcp };
        if (failure != CloseReason.None)
            tags.Add(ServerMeter.ErrorType, failure.Words(ConnectionPhase.Handshake).Reason);
        else
            tags.Add("tls.protocol.version", protocol == SslProtocols.Tls13 ? "1.3" : "1.2"); // rule S2: there is no other
        _handshake.Record(took.TotalSeconds, tags);
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private static Measurement<long>[] Requests(ConnectionRegistry connections)
    {
        (long answered, long errors) = connections.Answers;
        return
        [
            new Measurement<long>(answered - errors, _tcp),
            new Measurement<long>(errors, _tcp, new(ServerMeter.ErrorType, "error")),
        ];
    }
}
