using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace SumSocket.Measurement;

/// <summary>The metrics of a client program, of the meter <c>SumSocket</c>; docs/metrics.md lists them. What is counted for the results
/// anyway is read from there, so nothing is recorded per request but the times of a ping's rounds.</summary>
internal sealed class ClientMetrics : IDisposable
{
    /// <summary>The meter's name, which the servers use too.</summary>
    public const string MeterName = "SumSocket";

    private const string ErrorType = "error.type";

    // From a round trip over loopback to the default time-out.
    private static readonly InstrumentAdvice<double> _times = new()
    {
        HistogramBucketBoundaries =
        [
            0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
        ],
    };

    private static readonly InstrumentAdvice<double> _outageTimes =
        new() { HistogramBucketBoundaries = [0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600, 21_600] };

    private readonly Meter _meter = new(MeterName);
    private readonly TagList _tags;
    private readonly List<ISumClient> _clients = [];
    private readonly Counter<long> _attempts;
    private readonly Counter<long> _closed;
    private readonly Histogram<double> _connect;
    private readonly Histogram<double> _request;
    private readonly Histogram<double> _outage;
    private int _open;

    /// <param name="transport">As addresses name it: <c>tcp</c>.</param>
    /// <param name="host">The server's name or address.</param>
    /// <param name="port">The server's port.</param>
    public ClientMetrics(string transport, string host, int port)
    {
        _tags = new TagList { { "network.transport", transport }, { "server.address", host }, { "server.port", port } };
        _meter.CreateObservableCounter("sumsocket.client.requests", Requests, "{request}", "Requests that have ended.");
        Observe("sumsocket.client.retried_requests", "{request}", "Requests sent again on another connection.", it => it.Retried);
        Observe("sumsocket.client.outages", "{outage}", "Outages, the present one included.", it => it.Outages);
        _meter.CreateObservableUpDownCounter(
            "sumsocket.client.active_requests", () => Read(Totals?.Active), "{request}", "Requests that wait for their answers.");
        _request = _meter.CreateHistogram("sumsocket.client.request.duration", "s", "From a request to its end.", null, _times);
        _outage = _meter.CreateHistogram(
            "sumsocket.client.outage.duration", "s", "How long outages lasted that have ended.", null, _outageTimes);
        _meter.CreateObservableUpDownCounter(
            "sumsocket.client.active_connections", () => Read(() => Volatile.Read(ref _open)), "{connection}", "Connections there are.");
        _attempts = _meter.CreateCounter<long>("sumsocket.client.connect.attempts", "{attempt}", "Attempts to connect.");
        _connect = _meter.CreateHistogram(
            "sumsocket.client.connect.duration", "s", "How long the connects took that made a connection.", null, _times);
        _closed = _meter.CreateCounter<long>("sumsocket.client.closed_connections", "{connection}", "Connections that have ended.");
    }

    /// <summary>Where what is counted anyway is read; null before there is anything.</summary>
    public RequestTotals? Totals { get; set; }

    /// <summary>The meter, for tests that listen to one of several.</summary>
    internal Meter Meter => _meter;

    /// <summary>The word for an outcome; null for the right sum.</summary>
    public static string? ErrorOf(SumOutcome outcome) => outcome switch
    {
        SumOutcome.Sum => null,
        SumOutcome.WrongAnswer => "wrong",
        SumOutcome.ServerError => "error",
        SumOutcome.TimedOut => "timed_out",
        SumOutcome.NotSent => "not_sent",
        _ => "connection_lost",
    };

    /// <summary>Measures a client from now on.</summary>
    /// <param name="client">The client.</param>
    /// <param name="hasConnections">Whether it makes connections.</param>
    public void Watch(ISumClient client, bool hasConnections)
    {
        lock (_clients)
            _clients.Add(client);
        if (hasConnections)
            client.ConnectionChanged += Change;
    }

    /// <summary>Measures something that clients count, by kind; they keep their counts when they are closed.</summary>
    public void Count(string name, string unit, string description, Func<ISumClient, IEnumerable<(string? Kind, long Count)>> read) =>
        _meter.CreateObservableCounter(name, () => ByKind(read), unit, description);

    /// <summary>Measures a state of the connections that there are, as its mean over all; null for a client that has none.</summary>
    public void Mean(string name, string unit, string description, Func<ISumClient, double?> read) =>
        _meter.CreateObservableGauge(
            name, () => Clients().Average(read) is { } mean ? [new Measurement<double>(mean, _tags)] : (Measurement<double>[])[],
            unit, description);

    /// <summary>Records how long a request took.</summary>
    /// <param name="time">From the request to its end.</param>
    /// <param name="error">How it failed; null when the right sum came, or where that is not known.</param>
    public void RequestEnded(TimeSpan time, string? error)
    {
        if (_request.Enabled)
            _request.Record(time.TotalSeconds, With(ErrorType, error));
    }

    /// <summary>Records many requests at once, if anything listens.</summary>
    /// <param name="read">Reads their times.</param>
    public void RequestsEnded(Func<Histogram> read)
    {
        if (!_request.Enabled)
            return;
        foreach (HistogramBucket bucket in read().Buckets())
        {
            double middle = ((bucket.From + bucket.To) / 2).TotalSeconds; // to within 1.5 %
            for (long i = 0; i < bucket.Count; i++)
                _request.Record(middle, _tags);
        }
    }

    /// <summary>Records an outage that has ended.</summary>
    public void OutageEnded(TimeSpan duration) => _outage.Record(duration.TotalSeconds, _tags);

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private void Change(ConnectionEvent change)
    {
        if (change.Kind != ConnectionEventKind.ConnectFailed)
            Interlocked.Add(ref _open, change.Kind == ConnectionEventKind.Connected ? 1 : -1);
        if (!_attempts.Enabled && !_closed.Enabled && !_connect.Enabled)
            return; // a bench may connect for each request
        bool isAttempt = change.Kind is ConnectionEventKind.Connected or ConnectionEventKind.ConnectFailed;
        (isAttempt ? _attempts : _closed).Add(1, With(ErrorType, WordOf(change.Cause)));
        if (change.Kind == ConnectionEventKind.Connected)
            _connect.Record(change.ConnectTime.TotalSeconds, _tags);
    }

    private static string? WordOf(ConnectionCause cause) => cause switch
    {
        ConnectionCause.None => null,
        ConnectionCause.Refused => "refused",
        ConnectionCause.Reset => "reset",
        ConnectionCause.EndOfStream => "end_of_stream",
        ConnectionCause.TimedOut => "timed_out",
        ConnectionCause.ServerError => "error",
        ConnectionCause.ProtocolViolation => "protocol_violation",
        ConnectionCause.NameNotFound => "name_not_found",
        ConnectionCause.Unreachable => "unreachable",
        ConnectionCause.TlsFailed => "tls_failed",
        _ => "other",
    };

    private void Observe(string name, string unit, string description, Func<RequestTotals, Func<long>?> which) =>
        _meter.CreateObservableCounter(name, () => Read(Totals is { } totals ? which(totals) : null), unit, description);

    private Measurement<long>[] Read(Func<long>? read) => read is null ? [] : [new Measurement<long>(read(), _tags)];

    private Measurement<long>[] Requests() =>
        [.. (Totals?.Outcomes() ?? []).Select(outcome => new Measurement<long>(outcome.Count, With(ErrorType, outcome.Error)))];

    private Measurement<long>[] ByKind(Func<ISumClient, IEnumerable<(string? Kind, long Count)>> read) =>
    [
        .. Clients().SelectMany(read).GroupBy(one => one.Kind, one => one.Count)
            .Select(all => new Measurement<long>(all.Sum(), With("sumsocket.datagram.kind", all.Key))),
    ];

    private ISumClient[] Clients()
    {
        lock (_clients)
            return [.. _clients];
    }

    private TagList With(string key, string? value)
    {
        TagList tags = _tags;
        if (value is not null)
            tags.Add(key, value);
        return tags;
    }
}

/// <summary>What a command counts anyway. Each may be read at any time and from any thread; null where it is not counted.</summary>
/// <param name="Outcomes">How many requests ended in each way; the error is null for the right sum.</param>
/// <param name="Active">How many wait for their answers.</param>
/// <param name="Retried">How many were sent again on another connection.</param>
/// <param name="Outages">How many outages there were, the present one included.</param>
internal sealed record RequestTotals(
    Func<IEnumerable<(string? Error, long Count)>> Outcomes, Func<long>? Active, Func<long>? Retried, Func<long>? Outages);
