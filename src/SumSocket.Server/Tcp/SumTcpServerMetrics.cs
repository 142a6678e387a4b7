using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace SumSocket.Server.Tcp;

/// <summary>The metrics of the TCP server, of the meter <c>SumSocket.Server.Tcp</c>, named and measured as OpenTelemetry's conventions want
/// it. Nothing is recorded per request: requests are counted on their connections and added up when they are read.</summary>
internal sealed class SumTcpServerMetrics : IDisposable
{
    public const string MeterName = "SumSocket.Server.Tcp";

    private readonly Meter _meter = new(MeterName);
    private readonly Counter<long> _closed;
    private readonly Histogram<double> _duration;

    /// <summary>Begins to measure.</summary>
    public SumTcpServerMetrics(ConnectionRegistry connections)
    {
        _meter.CreateObservableUpDownCounter(
            "sumsocket.server.active_connections", () => connections.Served, "{connection}", "Connections being served.");
        _meter.CreateObservableCounter(
            "sumsocket.server.requests", () => connections.Requests, "{request}", "Requests answered, errors included.");
        _closed = _meter.CreateCounter<long>(
            "sumsocket.server.closed_connections", "{connection}", "Connections that have ended, by close reason.");
        _duration = _meter.CreateHistogram<double>("sumsocket.server.connection.duration", "s", "How long connections were open.");
    }

    /// <summary>The meter, for tests that listen to one server of several.</summary>
    public Meter Meter => _meter;

    public void Closed(SumTcpConnection connection, in CloseWords words)
    {
        var tags = new TagList
        {
            { "sumsocket.close_reason", words.Reason }, { "sumsocket.closed_by", words.By }, { "sumsocket.close_phase", words.Phase },
        };
        _closed.Add(1, tags);
        _duration.Record(connection.Age.TotalSeconds, tags);
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();
}
