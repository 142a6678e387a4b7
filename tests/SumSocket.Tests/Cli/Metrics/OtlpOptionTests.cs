using System.CommandLine;
using FluentAssertions;
using SumSocket.Cli;
using SumSocket.Cli.Metrics;
using Xunit;

namespace SumSocket.Tests.Cli.Metrics;

/// <summary>Where the option and OpenTelemetry's variables say to export.</summary>
public sealed class OtlpOptionTests
{
    [Theory]
    [InlineData("http://a:4318", "http://a:4318/v1/metrics", false)]
    [InlineData("http://a:4318/", "http://a:4318/v1/metrics", false)]
    [InlineData("https://a/otlp/", "https://a/otlp/v1/metrics", false)]
    [InlineData("http://a:4318/v1/metrics", "http://a:4318/v1/metrics", false)]
    [InlineData("http://a:4317", "http://a:4317/", true)]
    [InlineData("http://a:4317/api", "http://a:4317/api/v1/metrics", false)]
    [InlineData("http://[::1]:4317", "http://[::1]:4317/", true)]
    public void The_port_says_how_to_speak(string url, string endpoint, bool isGrpc) =>
        Bind(["--otlp", url]).Should().Be(new OtlpSettings(new Uri(endpoint), isGrpc));

    [Theory]
    [InlineData("localhost:4317")]
    [InlineData("a")]
    [InlineData("ftp://a")]
    [InlineData("http://")]
    [InlineData("http://me:secret@a", "its value")] // what may be a secret is not repeated
    [InlineData("http://a?key=secret", "its value")]
    [InlineData("http://a#b", "its value")]
    public void Refuses_what_is_no_URL_of_a_collector(string url, string? quoted = null)
    {
        Parse(["--otlp", url], out _).Errors.Should().ContainSingle().Which.Message.Should()
            .Be($"--otlp: {quoted ?? $"'{url}'"} is not a URL of a collector: give one such as http://127.0.0.1:4318");
        Action variable = () => Bind([], ("OTEL_EXPORTER_OTLP_ENDPOINT", url));
        variable.Should().Throw<CommandFailedException>().WithMessage($"OTEL_EXPORTER_OTLP_ENDPOINT: {quoted ?? $"'{url}'"} *")
            .Which.ExitCode.Should().Be(2);
    }

    [Fact]
    public void Without_a_URL_nothing_is_exported() => Bind([], ("OTEL_METRIC_EXPORT_INTERVAL", "5")).Should().BeNull();

    [Theory]
    [InlineData("OTEL_SDK_DISABLED", "TRUE")]
    [InlineData("OTEL_METRICS_EXPORTER", "none")]
    public void A_variable_turns_it_off(string name, string value) => Bind(["--otlp", "http://a"], (name, value)).Should().BeNull();

    [Fact]
    public void Takes_the_standard_variables()
    {
        (string, string)[] ofAll =
        [
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://a:4317"), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            ("OTEL_EXPORTER_OTLP_HEADERS", "k=v"), ("OTEL_EXPORTER_OTLP_TIMEOUT", "1500"), ("OTEL_METRIC_EXPORT_INTERVAL", "5000"),
            ("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", "Delta"),
        ];
        OtlpSettings expected = new(new Uri("http://a:4317/v1/metrics"), IsGrpc: false)
        {
            Headers = "k=v",
            Timeout = 1500,
            Interval = 5000,
            IsDelta = true,
        };

        Bind([], ofAll).Should().Be(expected);
        Bind(["--otlp", "http://b:1"], ofAll).Should().Be(expected with { Endpoint = new Uri("http://b:1/v1/metrics") });
        Bind(
            [],
            [
                .. ofAll, ("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "http://c/as/it/is"), ("OTEL_EXPORTER_OTLP_METRICS_HEADERS", "x=y"),
                ("OTEL_EXPORTER_OTLP_METRICS_PROTOCOL", "grpc"), ("OTEL_EXPORTER_OTLP_METRICS_TIMEOUT", "7"),
            ]).Should().Be(expected with { Endpoint = new Uri("http://c/as/it/is"), IsGrpc = true, Headers = "x=y", Timeout = 7 });
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json")]
    [InlineData("OTEL_METRIC_EXPORT_INTERVAL", "1s")]
    [InlineData("OTEL_EXPORTER_OTLP_TIMEOUT", "0")]
    public void Refuses_a_variable_that_means_nothing(string name, string value)
    {
        Action bind = () => Bind(["--otlp", "http://a"], (name, value));
        bind.Should().Throw<CommandFailedException>().WithMessage($"{name}: '{value}' is not *").Which.ExitCode.Should().Be(2);
    }

    private static OtlpSettings? Bind(string[] arguments, params (string Name, string Value)[] variables) =>
        Parse(arguments, out OtlpOption option) is var parsed
            ? option.Bind(parsed, name => variables.LastOrDefault(one => one.Name == name).Value) : null;

    private static ParseResult Parse(string[] arguments, out OtlpOption option)
    {
        option = new OtlpOption();
        RootCommand root = [option.Option];
        return root.Parse(arguments);
    }
}
