using System.Reflection;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace SumSocket.Cli.Metrics;

/// <summary>Exports the metrics of this process over OTLP, until disposed and then once more. The only class that knows OpenTelemetry:
/// where it is not used, none of that is loaded.</summary>
internal sealed class MetricsExport : IDisposable
{
    private const int LastExportMilliseconds = 2000; // a user who stops the program does not wait for a collector that hangs

    private readonly MeterProvider _provider;

    /// <summary>Begins to export.</summary>
    /// <param name="settings">Where and how.</param>
    /// <param name="program">The name of the program, which is that of the service where the environment gives no other.</param>
    /// <param name="log">Where it is logged that the collector fails.</param>
    /// <exception cref="CommandFailedException">The headers are no headers.</exception>
    public MetricsExport(OtlpSettings settings, string program, ILogger log)
    {
        PeriodicExportingMetricReader reader = new(NewExporter(settings, log), settings.Interval)
        {
            TemporalityPreference =
                settings.IsDelta ? MetricReaderTemporalityPreference.Delta : MetricReaderTemporalityPreference.Cumulative,
        };
        _provider = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(ResourceBuilder.CreateEmpty()
                .AddService(program, serviceVersion: Version(), serviceInstanceId: Guid.NewGuid().ToString())
                .AddAttributes([new("host.name", Environment.MachineName), new("process.pid", (long)Environment.ProcessId)])
                .AddTelemetrySdk()
                .AddEnvironmentVariableDetector()) // last, so that it outweighs what is above
            .AddMeter("SumSocket", "System.Runtime") // the latter is the runtime's own: processor time, memory, collections
            .AddReader(reader)
            .Build();
    }

    /// <summary>Exports what has come since the last time, for at most two seconds.</summary>
    public void Dispose()
    {
        if (_provider.Shutdown(LastExportMilliseconds))
            _provider.Dispose();
    }

    private static string? Version() =>
        Assembly.GetEntryAssembly()?.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0];

    private static LoggedExporter NewExporter(OtlpSettings settings, ILogger log)
    {
        FailureNote note = new();
        OtlpExporterOptions options = new()
        {
            Endpoint = settings.Endpoint,
            Protocol = settings.IsGrpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf,
            TimeoutMilliseconds = settings.Timeout,
            Headers = settings.Headers,
        };
        options.HttpClientFactory = () => new HttpClient(note) { Timeout = TimeSpan.FromMilliseconds(settings.Timeout) };
        try
        {
            return new LoggedExporter(options, settings, note, log);
        }
        catch (ArgumentException)
        {
            throw new CommandFailedException(
                ExitCode.Usage, "OTEL_EXPORTER_OTLP_HEADERS: cannot be read: give name=value, with commas between them");
        }
    }

    /// <summary>Logs when exports begin to fail and when they succeed again, not once a minute while a collector is away.</summary>
    private sealed class LoggedExporter(OtlpExporterOptions options, OtlpSettings settings, FailureNote note, ILogger log)
        : OtlpMetricExporter(options)
    {
        private bool _isFailing;

        public override ExportResult Export(in Batch<Metric> metrics)
        {
            note.Why = "no answer in time";
            ExportResult result = base.Export(metrics);
            bool failed = result == ExportResult.Failure;
            if (failed && !_isFailing)
                MetricsExportLog.Failed(log, settings.Endpoint, note.Why);
            else if (!failed && _isFailing)
                MetricsExportLog.Recovered(log, settings.Endpoint);
            _isFailing = failed;
            return result;
        }
    }

    /// <summary>Notes why a request failed: the exporter keeps that to itself.</summary>
    private sealed class FailureNote() : DelegatingHandler(new SocketsHttpHandler())
    {
        public string Why { get; set; } = "";

        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            try
            {
                return Note(base.Send(request, cancellationToken));
            }
            catch (HttpRequestException failure)
            {
                Why = failure.Message;
                throw;
            }
        }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            try
            {
                return Note(await base.SendAsync(request, cancellationToken).ConfigureAwait(false));
            }
            catch (HttpRequestException failure)
            {
                Why = failure.Message;
                throw;
            }
        }

        private HttpResponseMessage Note(HttpResponseMessage response)
        {
            Why = response.IsSuccessStatusCode ? "an error of gRPC" : $"HTTP {(int)response.StatusCode}";
            return response;
        }
    }
}

/// <summary>What is logged of the export. Event ids 430 to 439.</summary>
internal static partial class MetricsExportLog
{
    [LoggerMessage(430, LogLevel.Warning,
        "Metrics cannot be exported to {Endpoint}: {Reason}; it is tried again at each export, and logged when it works")]
    public static partial void Failed(ILogger logger, Uri endpoint, string reason);

    [LoggerMessage(431, LogLevel.Warning, "Metrics are exported to {Endpoint} again")]
    public static partial void Recovered(ILogger logger, Uri endpoint);
}
