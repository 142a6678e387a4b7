using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using SumSocket.SystemTests.Harness;

namespace SumSocket.SystemTests.Processes;

/// <summary>What a collector gets from the programs is what they did; and no collector, or one that fails, costs nothing.</summary>
public sealed class MetricsTests
{
    [Fact(Timeout = 60_000)]
    public async Task A_TCP_server_exports_what_it_was_asked()
    {
        await using OtlpReceiver collector = await OtlpReceiver.StartAsync();
        await using ServerProcess server = await ServerProcess.StartAsync("--otlp", collector.Url);
        await using (ChildProcess sum = await ChildProcess.RunAsync(
            Programs.TcpClient, "bench", "-c", "3", "-n", "500", "--warmup", "0", "-p", $"{server.Port}"))
            sum.Output.Text.Should().Contain("500 ok");
        await using (StreamPeer peer = await server.ConnectAsync())
        {
            await peer.SendAsync("""{"A":7,"B":4}""" + "{nonsense");
            await peer.ReadToEndAsync();
        }

        await server.StopAsync();

        (string, string) invalid = ("error.type", "invalid_json"), asInvalid = ("sumsocket.close_reason", "invalid_json");
        (string, string) asClosed = ("sumsocket.close_reason", "peer_closed");
        (string, string)[] byPeer = [("sumsocket.closed_by", "peer")];
        collector.Value("sumsocket.server.requests").Should().Be(504, "a bench checks one on each of its three connections first");
        collector.Value("sumsocket.server.requests", ("error.type", "error")).Should().Be(1);
        collector.Value("sumsocket.server.closed_connections", [asClosed, .. byPeer, ("sumsocket.close_phase", "idle")]).Should().Be(3);
        collector.Value("sumsocket.server.closed_connections", [asInvalid, invalid, .. byPeer, ("sumsocket.close_phase", "request")])
            .Should().Be(1);
        collector.Value("sumsocket.server.connection.duration", asClosed).Should().Be(3);
        collector.Value("sumsocket.server.active_connections").Should().Be(0);
        collector.Value("sumsocket.server.connection.limit").Should().BePositive();
        collector.Value("sumsocket.server.open_files").Should().BePositive();
        collector.Of("sumsocket.server.connection.duration")[0].Should().Match<OtlpPoint>(one =>
            one.Unit == "s" && one.Kind == "histogram" && one.Scope == "SumSocket" && one.Bounds.Count == 13
            && one.BucketTotal == (long)one.Value && one.Sum > 0);
        collector.Of("sumsocket.server.requests")[0].Should().Match<OtlpPoint>(one => one.Unit == "{request}" && one.Kind == "sum");
        collector.Of("sumsocket.server.active_connections")[0].Kind.Should().Be("updown");
        collector.Last.Should().OnlyContain(one => one.Resource["service.name"] == "TcpServer" && one.Resource["service.version"] != "");
        collector.Last.Where(one => one.Scope == "SumSocket").Should().OnlyContain(one => one.Attributes["network.transport"] == "tcp");
    }

    [Theory(Timeout = 60_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_ping_exports_its_rounds_by_HTTP_and_by_gRPC(bool isGrpc)
    {
        await using OtlpReceiver collector = await OtlpReceiver.StartAsync(isGrpc);
        await using ServerProcess server = await ServerProcess.StartAsync();

        await using ChildProcess ping = ChildProcess.Start("/usr/bin/env",
        [
            "OTEL_METRIC_EXPORT_INTERVAL=100", "OTEL_SERVICE_NAME=probe", "OTEL_RESOURCE_ATTRIBUTES=site=here",
            "OTEL_EXPORTER_OTLP_HEADERS=x-key=7",
            $"OTEL_EXPORTER_OTLP_PROTOCOL={(isGrpc ? "grpc" : "http/protobuf")}", $"OTEL_EXPORTER_OTLP_ENDPOINT={collector.Url}",
            Programs.TcpClient, "-c", "20", "-i", "50ms", "-p", $"{server.Port}",
        ]);

        (await ping.ExitAsync()).Should().Be(0, ping.Error.Text);
        ping.Error.Text.Should().BeEmpty();
        collector.Count.Should().BeGreaterThan(2, "it exports while it runs");
        collector.Key.Should().Be("7");
        collector.Value("sumsocket.client.requests").Should().Be(20);
        collector.Value("sumsocket.client.requests", ("error.type", "timed_out")).Should().Be(0);
        collector.Value("sumsocket.client.request.duration").Should().Be(20);
        collector.Value("sumsocket.client.connect.attempts").Should().Be(1);
        collector.Value("sumsocket.client.connect.duration").Should().Be(1);
        collector.Value("sumsocket.client.outages").Should().Be(0);
        collector.Last.Where(one => one.Scope == "SumSocket").Should().OnlyContain(one => one.Attributes["network.transport"] == "tcp"
            && one.Attributes["server.address"] == "127.0.0.1" && one.Attributes["server.port"] == $"{server.Port}");
        collector.Last.Should().OnlyContain(one => one.Resource["service.name"] == "probe" && one.Resource["site"] == "here");
        collector.Of("sumsocket.client.request.duration")[0].Bounds.Should().HaveCount(20).And.StartWith(0.00001).And.EndWith(30);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_bench_and_an_outage_are_exported_too()
    {
        await using OtlpReceiver collector = await OtlpReceiver.StartAsync();
        await using ServerProcess server = await ServerProcess.StartAsync("--max-lifetime", "300ms");

        await using ChildProcess bench = await ChildProcess.RunAsync(
            Programs.TcpClient, "bench", "-c", "2", "-r", "200", "-d", "1s", "--warmup", "0", "--otlp", collector.Url,
            "-p", $"{server.Port}");

        bench.Output.Text.Should().Contain("200 planned", bench.Error.Text);
        double ended = collector.Of("sumsocket.client.requests").Sum(one => one.Value);
        ended.Should().Be(202, "one was checked on each connection first");
        collector.Value("sumsocket.client.request.duration").Should().Be(200);
        double made = collector.Value("sumsocket.client.connect.attempts");
        made.Should().BeGreaterThan(3, "the server ends each after 300 ms");
        collector.Value("sumsocket.client.closed_connections", ("error.type", "end_of_stream")).Should().BeGreaterThan(1);
        collector.Value("sumsocket.client.outages").Should().BePositive();
        collector.Value("sumsocket.client.outage.duration").Should().BePositive();
    }

    [Fact(Timeout = 60_000)]
    public async Task Datagrams_are_exported_by_what_became_of_them()
    {
        await using OtlpReceiver ofServer = await OtlpReceiver.StartAsync();
        await using OtlpReceiver ofClient = await OtlpReceiver.StartAsync();
        await using ServerProcess server = await ServerProcess.StartUdpAsync("--otlp", ofServer.Url);
        using UdpClient stranger = new();
        await stranger.SendAsync(Encoding.ASCII.GetBytes("hello"), "127.0.0.1", server.Port, TestContext.Current.CancellationToken);
        await using ChildProcess sum = ChildProcess.Start(
            Programs.UdpClient, ["sum", "-", "--otlp", ofClient.Url, "-p", $"{server.Port}"]);
        await sum.Input.WriteAsync("7 4\n\n9223372036854775807 1\nno pair\n1 1\n");
        sum.Input.Close();
        (await sum.ExitAsync()).Should().Be(1);
        await server.StopUdpAsync();

        ofServer.Value("sumsocket.server.datagrams").Should().Be(3);
        ofServer.Value("sumsocket.server.datagrams", ("error.type", "not_a_request")).Should().Be(1);
        ofServer.Value("sumsocket.server.overflowed_datagrams").Should().Be(0);
        ofClient.Value("sumsocket.client.requests").Should().Be(2);
        ofClient.Value("sumsocket.client.requests", ("error.type", "error")).Should().Be(1);
        ofClient.Value("sumsocket.client.sent_datagrams", ("sumsocket.datagram.kind", "first")).Should().Be(3);
        ofClient.Value("sumsocket.client.received_datagrams", ("sumsocket.datagram.kind", "answer")).Should().Be(3);
        ofClient.Last.Where(one => one.Scope == "SumSocket").Should().OnlyContain(one => one.Attributes["network.transport"] == "udp");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_collector_that_is_down_costs_one_line()
    {
        await using ServerProcess server = await ServerProcess.StartAsync();

        await using ChildProcess ping = ChildProcess.Start(
            "/usr/bin/env",
            [
                "OTEL_METRIC_EXPORT_INTERVAL=50", Programs.TcpClient, "-c", "20", "-i", "25ms", "--otlp", "http://127.0.0.1:1",
                "-p", $"{server.Port}",
            ]);

        (await ping.ExitAsync()).Should().Be(0);
        ping.Error.Lines.Should().ContainSingle()
            .Which.Should().MatchRegex(@"warn: Metrics\[430\] .*127\.0\.0\.1:1/v1/metrics: Connection refused");
        ping.Output.Text.Should().Contain("20 sent, 20 answered");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_collector_that_hangs_does_not_hold_up_the_end()
    {
        using TcpListener hanging = new(IPAddress.Loopback, 0);
        hanging.Start();
        await using ServerProcess server = await ServerProcess.StartAsync("--otlp", $"http://{hanging.LocalEndpoint}");
        long start = Stopwatch.GetTimestamp();

        await server.StopAsync();

        Stopwatch.GetElapsedTime(start).Should().BeLessThan(TimeSpan.FromSeconds(4), "the last export is given up after two");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_URL_that_is_none_is_refused_before_anything_is_sent()
    {
        foreach (string program in (string[])[Programs.TcpClient, Programs.TcpServer])
        {
            await using ChildProcess refused = await ChildProcess.RunAsync(program, "--otlp", "localhost:4317");
            (await refused.ExitAsync()).Should().Be(2);
            refused.Error.Lines.Should().ContainSingle().Which.Should().Contain("'localhost:4317' is not a URL of a collector");
            refused.Output.Text.Should().BeEmpty();
        }
    }

    /// <summary>The native programs have no files to load; their code of it is never touched.</summary>
    [Fact(Timeout = 60_000)]
    public async Task Without_export_nothing_of_OpenTelemetry_is_loaded()
    {
        await using ServerProcess plain = await ServerProcess.StartAsync();
        await using OtlpReceiver collector = await OtlpReceiver.StartAsync();
        await using ServerProcess exporting = await ServerProcess.StartAsync("--otlp", collector.Url);
        await using ChildProcess ping = ChildProcess.Start(Programs.TcpClient, ["-p", $"{plain.Port}"]);
        await ping.Output.MatchAsync("seq=2 ");

        Loaded(plain.Process.Id).Concat(Loaded(ping.Id)).Should().BeEmpty();
        if (File.Exists(Path.Combine(Path.GetDirectoryName(Programs.TcpServer)!, "OpenTelemetry.dll")))
            Loaded(exporting.Process.Id).Should().Contain("OpenTelemetry.dll", "else this test sees nothing");
    }

    private static IEnumerable<string> Loaded(int process) => File.ReadLines($"/proc/{process}/maps")
        .Select(line => Path.GetFileName(line[(line.LastIndexOf(' ') + 1)..])).Distinct()
        .Where(file => file.StartsWith("OpenTelemetry", StringComparison.Ordinal)
            || file.StartsWith("System.Net.Http", StringComparison.Ordinal));
}
