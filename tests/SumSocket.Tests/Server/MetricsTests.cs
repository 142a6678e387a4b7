using FluentAssertions;
using SumSocket.Server.Tcp.Connection;
using SumSocket.Tests.Server.Tcp;
using SumSocket.Tests.Server.Udp;
using Xunit;

namespace SumSocket.Tests.Server;

/// <summary>What the servers measure.</summary>
public sealed class MetricsTests
{
    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Measures_requests_and_the_ends_of_connections()
    {
        await using ServerUnderTest server = ServerUnderTest.Start();
        using MeterRecorder metrics = new(server.Server.Meter);
        using RawPeer orderly = await server.ConnectAsync();
        using RawPeer staying = await server.ConnectAsync();
        using RawPeer wrong = await server.ConnectAsync();
        await orderly.AskAsync("""{"A":7,"B":4}""");
        await staying.AskAsync("""{"A":9223372036854775807,"B":4}""");
        orderly.Dispose();
        (await server.NextCloseAsync()).Should().Be(CloseReason.PeerClosed);
        await wrong.AskAsync("nonsense");
        wrong.Dispose();
        (await server.NextCloseAsync()).Should().Be(CloseReason.InvalidJson);
        await server.AtRestAsync(1);

        IReadOnlyDictionary<string, double> values = metrics.Read();

        values.Should().Contain("active_connections", 1).And.Contain("requests", 1).And.Contain("requests{error.type=error}", 2)
            .And.Contain("rejected_connections", 0).And.Contain("connection.limit", server.Server.Connections.Limit)
            .And.Contain("closed_connections{close_phase=idle,close_reason=peer_closed,closed_by=peer}", 1)
            .And.Contain("closed_connections{error.type=invalid_json,close_phase=request,close_reason=invalid_json,closed_by=peer}", 1)
            .And.Contain("connection.duration{close_reason=peer_closed}", 1)
            .And.Contain("connection.duration{error.type=invalid_json,close_reason=invalid_json}", 1);
        values["open_files"].Should().BeGreaterThanOrEqualTo(OperatingSystem.IsLinux() ? 3 : 0);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Counts_connections_that_find_no_place()
    {
        await using ServerUnderTest server = ServerUnderTest.Start(o => o with { MaxConnections = 1 });
        server.Expected.Add(122); // at the limit
        using MeterRecorder metrics = new(server.Server.Meter);
        using RawPeer served = await server.ConnectAsync();
        await served.AskAsync("""{"A":7,"B":4}""");
        using RawPeer refused = await server.ConnectAsync();
        (await refused.ReceiveToEndAsync()).Should().Contain("busy");

        metrics.Read().Should().Contain("rejected_connections", 1).And.Contain("active_connections", 1);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Measures_handshakes_by_version_and_failure()
    {
        await using ServerUnderTest server = ServerUnderTest.Start(tls: true);
        using MeterRecorder metrics = new(server.Server.Meter);
        using RawPeer good = await server.ConnectAsync();
        using RawPeer plain = await server.ConnectBareAsync();
        await plain.SendAsync("""{"A":7,"B":4}""");
        await plain.ReceiveToEndAsync();
        plain.Dispose();
        (await server.NextCloseAsync()).Should().Be(CloseReason.NotTls);

        metrics.Read().Should().Contain("tls_handshake.duration{tls.protocol.version=1.3}", 1)
            .And.Contain("tls_handshake.duration{error.type=not_tls}", 1);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Counts_datagrams_by_what_became_of_them_also_after_the_stop()
    {
        await using UdpServerUnderTest server = UdpServerUnderTest.Start();
        using MeterRecorder metrics = new(server.Server.Meter);
        server.Send("nonsense");
        server.Send("");
        server.Ask("""{"A":7,"B":4}""");
        server.Ask("""{"A":1,"B":1}""");

        IReadOnlyDictionary<string, double> values = metrics.Read();
        await server.Server.StopAsync();
        metrics.Read();

        values.Should().Contain("datagrams", 2).And.Contain("datagrams{error.type=not_a_request}", 1)
            .And.Contain("datagrams{error.type=empty}", 1).And.Contain("datagrams{error.type=too_long}", 0);
        metrics.Transports.Should().Equal("udp");
        if (OperatingSystem.IsLinux())
            values.Should().Contain("overflowed_datagrams", 0);
    }
}
