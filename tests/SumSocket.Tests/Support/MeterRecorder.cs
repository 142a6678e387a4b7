using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace SumSocket.Tests;

/// <summary>Keeps what is measured on one meter: the last value of what is observed, the sum of what is counted, how many were
/// recorded.</summary>
internal sealed class MeterRecorder : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, double> _values = new();
    private readonly ConcurrentDictionary<string, bool> _transports = new();

    public MeterRecorder(Meter meter)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (!ReferenceEquals(instrument.Meter, meter))
                return;
            Instruments.Add(instrument);
            listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.Start();
    }

    public List<Instrument> Instruments { get; } = [];

    /// <summary>What measurements name as their transport.</summary>
    public IEnumerable<string> Transports => _transports.Keys;

    /// <summary>All measurements, by <c>name{key=value,...}</c> without the prefix that all names share, and without what says of whom they
    /// are.</summary>
    public IReadOnlyDictionary<string, double> Read()
    {
        _listener.RecordObservableInstruments();
        return _values;
    }

    public void Dispose() => _listener.Dispose();

    private void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach ((string key, object? transport) in tags)
        {
            if (key == "network.transport")
                _transports[$"{transport}"] = true;
        }

        string attributes = string.Join(',', tags.ToArray()
            .Where(tag => tag.Key is not ("network.transport" or "server.address" or "server.port"))
            .OrderBy(tag => tag.Key, StringComparer.Ordinal)
            .Select(tag => $"{tag.Key}={tag.Value}"));
        string name = instrument.Name.Replace("sumsocket.server.", "").Replace("sumsocket.client.", "")
            + (attributes.Length == 0 ? "" : $"{{{attributes.Replace("sumsocket.", "")}}}");
        if (instrument.IsObservable)
            _values[name] = value;
        else
            _values.AddOrUpdate(name, Added(value), (_, sum) => sum + Added(value));

        double Added(double one) => instrument is Histogram<double> ? 1 : one;
    }
}
