using System.Diagnostics.Metrics;
using System.Text.Json;
using System.Text.RegularExpressions;
using FluentAssertions;
using Microsoft.Extensions.Logging.Abstractions;
using SumSocket.Apps;
using SumSocket.Commands;
using SumSocket.Measurement;
using SumSocket.Server;
using SumSocket.Server.Tcp;
using SumSocket.Server.Udp;
using Xunit;

namespace SumSocket.Tests.Apps;

/// <summary>Holds docs/metrics.md against the instruments, and the dashboard against the page.</summary>
public sealed class MetricsPageTests
{
    private static readonly Regex _row = new(
        @"^\| `(?<name>sumsocket\.[\w.]+)` \| (?<type>[\w-]+(?: [\w-]+)?) \| `(?<unit>[^`]+)` \| (?<attributes>[^|]*)\| [^|]+ \|$",
        RegexOptions.Multiline);

    private static readonly string[] _everyMetric = ["network.transport", "server.address", "server.port", "job", "instance", "le"];

    [Fact]
    public async Task The_page_lists_every_instrument_with_its_type_and_unit_and_no_other()
    {
        await using SumTcpServer tcp = new(new SumTcpServerOptions());
        await using SumUdpServer udp = new(new SumUdpServerOptions());
        using ClientMetrics tcpClient = OfClient(new TcpClientProgram());
        using ClientMetrics udpClient = OfClient(new UdpClientProgram());
        var instruments = ((Meter[])[tcp.Meter, udp.Meter, tcpClient.Meter, udpClient.Meter]).SelectMany(InstrumentsOf).ToList();

        Rows().Select(row => (Name(row), row.Groups["type"].Value, row.Groups["unit"].Value)).Should().BeEquivalentTo(
            instruments.Select(one => (one.Name, TypeOf(one), one.Unit!)).Distinct());
        instruments.Should().OnlyContain(one => one.Meter.Name == "SumSocket" && one.Description!.EndsWith('.'));
    }

    [Fact]
    public void The_meter_has_one_name() => ServerMeter.Name.Should().Be(ClientMetrics.MeterName);

    [Fact]
    public void The_dashboard_shows_only_what_the_page_lists()
    {
        Dictionary<string, string[]> known = Rows().SelectMany(PrometheusNames).ToDictionary();
        using JsonDocument dashboard = JsonDocument.Parse(File.ReadAllText(Repository.File("deploy", "grafana", "sumsocket.json")));
        JsonElement[] panels = [.. dashboard.RootElement.GetProperty("panels").EnumerateArray()];
        string[] queries =
        [
            .. panels.Where(panel => panel.TryGetProperty("targets", out _))
                .SelectMany(panel => panel.GetProperty("targets").EnumerateArray())
                .Select(target => target.GetProperty("expr").GetString()!),
        ];

        queries.Should().HaveCountGreaterThan(20);
        foreach (string query in queries)
        {
            (string Name, string Labels)[] used =
                [.. Regex.Matches(query, @"(sumsocket_\w+)\{([^}]*)\}").Select(use => (use.Groups[1].Value, use.Groups[2].Value))];
            used.Should().NotBeEmpty(query);
            foreach ((string name, string labels) in used)
            {
                known.Keys.Should().Contain(name, query);
                IEnumerable<string> grouped = Regex.Matches(query, @"by \(([^)]*)\)").SelectMany(by => by.Groups[1].Value.Split(", "));
                Regex.Matches(labels, @"(\w+)!?=").Select(label => label.Groups[1].Value).Concat(grouped)
                    .Should().BeSubsetOf(known[name], query);
            }
        }

        panels.Select(panel => panel.GetProperty("id").GetInt32()).Should().OnlyHaveUniqueItems();
        known.Keys.Where(name => !name.EndsWith("_count") && !name.EndsWith("_sum"))
            .Where(name => !queries.Any(query => query.Contains(name, StringComparison.Ordinal))).Should().BeEquivalentTo(
                "sumsocket_client_active_requests", "sumsocket_client_active_connections",
                "sumsocket_client_connect_duration_seconds_bucket", "sumsocket_client_outage_duration_seconds_bucket",
                "sumsocket_client_sent_datagrams_total", "sumsocket_client_tcp_retransmitted_segments");
    }

    private static List<Match> Rows() => _row.Matches(File.ReadAllText(Repository.File("docs", "metrics.md"))).ToList();

    private static string Name(Match row) => row.Groups["name"].Value;

    /// <summary>The names that a metric of the page has in Prometheus, with its labels (OpenTelemetry's compatibility rules).</summary>
    private static IEnumerable<KeyValuePair<string, string[]>> PrometheusNames(Match row)
    {
        string name = Name(row).Replace('.', '_') + (row.Groups["unit"].Value == "s" ? "_seconds" : "");
        string[] labels =
        [
            .. Regex.Matches(row.Groups["attributes"].Value, "`([^`]+)`").Select(one => one.Groups[1].Value).Concat(_everyMetric)
                .Select(label => label.Replace('.', '_')),
        ];
        string[] endings = row.Groups["type"].Value switch
        {
            "counter" => ["_total"],
            "histogram" => ["_bucket", "_sum", "_count"],
            _ => [""],
        };
        return endings.Select(ending => KeyValuePair.Create(name + ending, labels));
    }

    private static List<Instrument> InstrumentsOf(Meter meter)
    {
        using MeterRecorder recorder = new(meter);
        return recorder.Instruments;
    }

    private static ClientMetrics OfClient(ClientProgram program)
    {
        ConnectOptions connect = new(program);
        System.CommandLine.RootCommand root = [];
        connect.AddTo(root);
        return connect.Measure(connect.Bind(root.Parse([]), NullLoggerFactory.Instance));
    }

    private static string TypeOf(Instrument instrument) => instrument.GetType().Name.Split('`')[0] switch
    {
        "Counter" or "ObservableCounter" => "counter",
        "ObservableUpDownCounter" => "up-down counter",
        "ObservableGauge" => "gauge",
        var other => other.ToLowerInvariant(),
    };
}
