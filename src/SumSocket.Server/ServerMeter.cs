using System.Diagnostics.Metrics;

namespace SumSocket.Server;

/// <summary>The meter of the servers, <c>SumSocket</c>, and what all metrics on it share; docs/metrics.md lists them.</summary>
internal static class ServerMeter
{
    /// <summary>Its name, which the clients use too.</summary>
    public const string Name = "SumSocket";

    /// <summary>Where what went wrong is named, by OpenTelemetry's conventions; absent where nothing did.</summary>
    public const string ErrorType = "error.type";

    /// <summary>The attribute that each measurement of a server has.</summary>
    public static KeyValuePair<string, object?> Transport(string name) => new("network.transport", name);

    /// <summary>Advice of bucket boundaries in seconds, for those who only take a histogram as it comes.</summary>
    public static InstrumentAdvice<double> Seconds(params double[] boundaries) => new() { HistogramBucketBoundaries = boundaries };
}
