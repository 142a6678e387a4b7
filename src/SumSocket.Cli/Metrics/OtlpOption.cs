using SumSocket.Cli.Options;

namespace SumSocket.Cli.Metrics;

/// <summary>The option <c>--otlp</c>, and with it OpenTelemetry's standard variables, which are honoured without it too. Nothing of
/// OpenTelemetry is loaded here.</summary>
internal sealed class OtlpOption
{
    private const string Name = "--otlp";
    private const int GrpcPort = 4317;
    private const string HttpPath = "/v1/metrics";

    private readonly Option<Uri?> _url = new(Name)
    {
        Description = "Exports metrics over OTLP to a collector, such as http://127.0.0.1:4318 (HTTP) or http://127.0.0.1:4317 (gRPC); "
            + "OpenTelemetry's standard variables (OTEL_...) are honoured too [default: none]",
        HelpName = "URL",
        CustomParser = result =>
        {
            string text = result.Tokens[^1].Value;
            if (!TryReadUrl(text, out Uri? url))
                result.AddError($"{Name}: {Quoted(text)} {NoUrl}");
            return url;
        },
    };

    /// <summary>A value in an error, but for one that may hold a password or a key.</summary>
    private static string Quoted(string text) => text.AsSpan().ContainsAny("@?#") ? "its value" : $"'{Printable.Text(text)}'";

    private static string NoUrl => "is not a URL of a collector: give one such as http://127.0.0.1:4318";

    public Option Option => _url;

    public bool IsGiven(ParseResult parsed) => parsed.GetValue(_url) is not null;

    /// <summary>Where and how to export; null when that is not wanted.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="variable">The environment.</param>
    /// <exception cref="CommandFailedException">A variable has no meaning.</exception>
    public OtlpSettings? Bind(ParseResult parsed, Func<string, string?> variable)
    {
        Uri? url = parsed.GetValue(_url);
        Variables variables = new(variable);
        Uri? own = url is null ? variables.Read<Uri?>("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", TryReadUrl, NoUrl) : null;
        url ??= own ?? variables.Read<Uri?>("OTEL_EXPORTER_OTLP_ENDPOINT", TryReadUrl, NoUrl);
        if (url is null || variables.Is("OTEL_SDK_DISABLED", "true") || variables.Is("OTEL_METRICS_EXPORTER", "none"))
            return null;
        bool isGrpc = variables.OfMetrics<bool>("PROTOCOL", TryReadProtocol, "is not a protocol that it speaks: give grpc or http/protobuf")
            ?? (url.Port == GrpcPort && url.AbsolutePath == "/");
        return new OtlpSettings(isGrpc || own is not null ? url : WithPath(url), isGrpc)
        {
            Headers = variables.Text("OTEL_EXPORTER_OTLP_METRICS_HEADERS") ?? variables.Text("OTEL_EXPORTER_OTLP_HEADERS"),
            Timeout = variables.OfMetrics<int>("TIMEOUT", TryReadMilliseconds, NoTime) ?? OtlpSettings.DefaultTimeout,
            Interval = variables.Read<int?>("OTEL_METRIC_EXPORT_INTERVAL", TryReadMilliseconds, NoTime) ?? OtlpSettings.DefaultInterval,
            IsDelta = variables.Is("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", "delta"),
        };
    }

    private static string NoTime => "is not a number of milliseconds: give 1 to 2147483647";

    /// <summary>A collector's address stands for its path of metrics, unless it names that itself.</summary>
    private static Uri WithPath(Uri url) => url.AbsolutePath.EndsWith(HttpPath, StringComparison.Ordinal)
        ? url : new UriBuilder(url) { Path = url.AbsolutePath.TrimEnd('/') + HttpPath }.Uri;

    private static bool TryReadUrl(string text, out Uri? url) => Uri.TryCreate(text, UriKind.Absolute, out url)
        && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps) && url.Host.Length > 0
        && url.UserInfo.Length + url.Query.Length + url.Fragment.Length == 0;

    private static bool TryReadProtocol(string text, out bool? isGrpc)
    {
        isGrpc = text == "grpc";
        return isGrpc.Value || text == "http/protobuf";
    }

    private static bool TryReadMilliseconds(string text, out int? value)
    {
        bool isNumber = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number);
        value = number;
        return isNumber && number > 0;
    }

    /// <summary>The environment, where an empty variable is one that is not set, as OpenTelemetry has it.</summary>
    private readonly struct Variables(Func<string, string?> variable)
    {
        public string? Text(string name) => variable(name) is { Length: > 0 } text ? text : null;

        public bool Is(string name, string value) => string.Equals(Text(name), value, StringComparison.OrdinalIgnoreCase);

        public T? Read<T>(string name, CliOption.Reader<T> read, string refusal)
        {
            if (Text(name) is not { } text)
                return default;
            return read(text, out T value) ? value : throw new CommandFailedException(
                ExitCode.Usage, $"{name}: {Quoted(text)} {refusal}");
        }

        /// <summary>The variable of the metrics, or else that of all signals.</summary>
        public T? OfMetrics<T>(string what, CliOption.Reader<T?> read, string refusal)
            where T : struct =>
            Read($"OTEL_EXPORTER_OTLP_METRICS_{what}", read, refusal) ?? Read($"OTEL_EXPORTER_OTLP_{what}", read, refusal);
    }
}

/// <summary>Where and how to export metrics.</summary>
/// <param name="Endpoint">The collector, with the path of metrics over HTTP.</param>
/// <param name="IsGrpc">Whether it speaks gRPC; else protobuf over HTTP.</param>
internal sealed record OtlpSettings(Uri Endpoint, bool IsGrpc)
{
    /// <summary>OpenTelemetry's default, in milliseconds.</summary>
    public const int DefaultTimeout = 10_000;

    /// <summary>OpenTelemetry's default, in milliseconds.</summary>
    public const int DefaultInterval = 60_000;

    /// <summary>Headers of each request, as the variable spells them: <c>name=value,name=value</c>; null for none.</summary>
    public string? Headers { get; init; }

    /// <summary>How many milliseconds one export may take.</summary>
    public int Timeout { get; init; } = DefaultTimeout;

    /// <summary>How many milliseconds lie between exports.</summary>
    public int Interval { get; init; } = DefaultInterval;

    /// <summary>Whether counters are exported as what was added since the last export.</summary>
    public bool IsDelta { get; init; }
}
