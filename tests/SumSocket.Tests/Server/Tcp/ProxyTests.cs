using System.Net;
using System.Text;
using FluentAssertions;
using SumSocket.Server.Tcp;
using SumSocket.Server.Tcp.Connection;
using SumSocket.Sockets.Proxy;
using Xunit;

namespace SumSocket.Tests.Server.Tcp;

/// <summary>Connections that come through a proxy which names the client.</summary>
public class ProxyTests : ServerTest
{
    private const int Forwarded = 123;
    private const string Request = """{"A":7,"B":4}""";
    private const string Sum = """{"Sum":11}""";
    private const string Line = "PROXY TCP4 192.0.2.1 198.51.100.7 56324 5656\r\n";

    private static readonly byte[] _binary = ProxyHeaderV2.Write(
        new IPEndPoint(IPAddress.Parse("2001:db8::1"), 443), new IPEndPoint(IPAddress.IPv6Loopback, 5656));

    // rule P1
    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Takes_the_address_from_the_header_in_both_versions()
    {
        await using ServerUnderTest server = StartBehindProxy();

        (await (await ConnectAsync(server, Encoding.ASCII.GetBytes(Line))).AskAsync(Request)).Should().Be(Sum);
        (await server.Log.NextAsync(Forwarded))["Peer"]!.ToString().Should().Be("192.0.2.1:56324");
        (await (await ConnectAsync(server, _binary)).AskAsync(Request)).Should().Be(Sum);
        (await server.Log.NextAsync(Forwarded))["Peer"]!.ToString().Should().Be("[2001:db8::1]:443");
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Reads_a_header_that_comes_byte_by_byte()
    {
        await using ServerUnderTest server = StartBehindProxy();
        foreach (byte[] header in (byte[][])[Encoding.ASCII.GetBytes(Line), _binary])
        {
            RawPeer peer = await server.ConnectBareAsync();
            foreach (byte one in header)
            {
                await peer.SendAsync([one]);
                await TestTimeout.UntilAsync(() => server.Server.Connections.All.All(c => c.Unread == 0), "it is read");
            }

            (await (await ReadyAsync(peer)).AskAsync(Request)).Should().Be(Sum);
        }
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task A_request_in_the_same_segment_as_the_header_is_answered()
    {
        if (Tls)
            return; // there the handshake comes next
        await using ServerUnderTest server = StartBehindProxy();
        RawPeer peer = await server.ConnectBareAsync();

        await peer.SendAsync(Line + Request);

        (await peer.ReceiveLineAsync()).Should().Be(Sum);
    }

    // rule P2
    [Theory(Timeout = TestTimeout.Milliseconds)]
    [InlineData(Request, "proxy_header_invalid")]
    [InlineData("\r\n\r\n" + Request, "proxy_header_invalid")]
    [InlineData("PROXY TCP4 nonsense\r\n", "proxy_header_invalid")]
    [InlineData("PROX!", "proxy_header_invalid")]
    public async Task Refuses_a_connection_without_a_good_header(string sent, string reason)
    {
        await using ServerUnderTest server = StartBehindProxy();
        RawPeer peer = await server.ConnectBareAsync();

        await peer.SendAsync(sent);

        (await CloseAsync(server)).Should().Be((reason, "peer", "handshake"));
    }

    // rule P2
    [Theory(Timeout = TestTimeout.Milliseconds)]
    [InlineData("")]
    [InlineData("PROXY TCP4 192.0.2.1 198")]
    public async Task Gives_up_a_header_that_is_not_complete_in_time(string begun)
    {
        await using ServerUnderTest server = StartBehindProxy();
        RawPeer peer = await server.ConnectBareAsync();
        await peer.SendAsync(begun);
        await TestTimeout.UntilAsync(() => server.Server.Connections.All.Any(c => c.Unread == 0), "it is accepted and read");

        server.Clock.Advance(TimeSpan.FromSeconds(3) - TimeSpan.FromMilliseconds(1));
        server.Server.Connections.Count.Should().Be(1);
        server.Clock.Advance(TimeSpan.FromMilliseconds(1));

        (await CloseAsync(server)).Should().Be(("proxy_header_timeout", "server", "handshake"));
    }

    // rule P3
    [Theory(Timeout = TestTimeout.Milliseconds)]
    [InlineData(true, Line)]
    [InlineData(true, Request)]
    [InlineData(false, Line)]
    [InlineData(false, "PROXY TCP4 192.0.2.1")]
    public async Task Believes_no_address_that_may_not_send_headers(bool isRequired, string sent)
    {
        await using ServerUnderTest server = StartBehindProxy(isRequired, from: "192.0.2.0/24");
        RawPeer peer = await server.ConnectBareAsync();
        try
        {
            await peer.SendAsync(sent);
        }
        catch (System.Net.Sockets.SocketException)
        {
            // It was faster.
        }

        (await CloseAsync(server)).Should().Be(("proxy_not_allowed", "peer", "handshake"));
    }

    // rule P4
    [Theory(Timeout = TestTimeout.Milliseconds)]
    [InlineData("127.0.0.0/8")]
    [InlineData("192.0.2.0/24")]
    public async Task Where_it_is_optional_serves_connections_without_a_header_from_anywhere(string from)
    {
        await using ServerUnderTest server = StartBehindProxy(isRequired: false, from);
        RawPeer peer = await server.ConnectAsync();

        (await peer.AskAsync("\r\n\r\n" + Request)).Should().Be(Sum);
    }

    // rule P4
    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Where_it_is_optional_a_silent_peer_has_the_read_deadline_and_one_that_has_begun_that_of_headers()
    {
        if (Tls)
            return; // there it has that of the handshake
        await using ServerUnderTest server = StartBehindProxy(isRequired: false);
        RawPeer silent = await server.ConnectBareAsync();
        await TestTimeout.UntilAsync(() => server.Server.Connections.Count == 1, "it is accepted");
        server.Clock.Advance(TimeSpan.FromSeconds(29));
        server.Server.Connections.Count.Should().Be(1);
        RawPeer begun = await server.ConnectBareAsync();
        await begun.SendAsync("PROX");
        await TestTimeout.UntilAsync(() => server.Server.Connections.All.Any(c => c.Preface == Preface.Proxy), "a part is read");

        server.Clock.Advance(TimeSpan.FromSeconds(1));
        (await CloseAsync(server)).Should().Be(("idle_timeout", "server", "idle"));
        server.Clock.Advance(TimeSpan.FromSeconds(2) + server.Server.SweepPeriod);
        (await CloseAsync(server)).Should().Be(("proxy_header_timeout", "server", "handshake"));
        _ = silent;
    }

    // rule P4
    [Theory(Timeout = TestTimeout.Milliseconds)]
    [InlineData("127.0.0.0/8")]
    [InlineData("192.0.2.0/24")]
    public async Task Where_it_is_optional_white_space_alone_is_not_yet_a_header(string from)
    {
        if (Tls)
            return; // a handshake begins with none
        await using ServerUnderTest server = StartBehindProxy(isRequired: false, from);
        RawPeer peer = await server.ConnectAsync();
        await peer.SendAsync("\r\n\r\n");
        await TestTimeout.UntilAsync(() => server.Server.Connections is { Count: 1 } all && all.All.All(c => c.Unread == 0), "it is read");
        server.Clock.Advance(TimeSpan.FromSeconds(10));

        (await peer.AskAsync(Request)).Should().Be(Sum);
    }

    // rule S3, rule T9
    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task A_silent_peer_is_bound_by_the_handshake_or_the_lifetime_although_there_is_no_read_deadline()
    {
        await using ServerUnderTest server = StartBehindProxy(
            isRequired: false,
            change: o => o with { ReadTimeout = Timeout.InfiniteTimeSpan, MaxLifetime = TimeSpan.FromMinutes(5) });
        await server.ConnectBareAsync();
        await TestTimeout.UntilAsync(() => server.Server.Connections.Count == 1, "it is accepted");

        server.Clock.Advance(TimeSpan.FromMinutes(5) + server.Server.SweepPeriod);

        (await CloseAsync(server)).Reason.Should().Be(Tls ? "handshake_timeout" : "max_lifetime");
    }

    // rule P5
    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Where_it_is_optional_peers_that_may_not_send_headers_are_counted_before_they_say_anything()
    {
        await using ServerUnderTest server = StartBehindProxy(
            isRequired: false, from: "192.0.2.0/24", change: o => o with { MaxConnectionsPerIp = 2 });
        await server.ConnectBareAsync();
        await server.ConnectBareAsync();
        await TestTimeout.UntilAsync(() => server.Server.Connections.Count == 2, "they are accepted");

        RawPeer refused = await ReadyAsync(await server.ConnectBareAsync());

        (await refused.ReceiveLineAsync()).Should().Contain("busy");
    }

    // rule P5
    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Limits_the_connections_of_the_address_in_the_header_and_not_those_of_the_proxy()
    {
        await using ServerUnderTest server = StartBehindProxy(change: o => o with { MaxConnectionsPerIp = 1 });
        byte[] other = Encoding.ASCII.GetBytes(Line.Replace("192.0.2.1", "192.0.2.2"));
        byte[] check = ProxyHeaderV2.Write(null, null);
        RawPeer first = await ConnectAsync(server, Encoding.ASCII.GetBytes(Line));
        (await first.AskAsync(Request)).Should().Be(Sum);

        (await (await ConnectAsync(server, other)).AskAsync(Request)).Should().Be(Sum);
        for (int i = 0; i < 3; i++)
            (await (await ConnectAsync(server, check)).AskAsync(Request)).Should().Be(Sum, "a proxy's own checks are not counted");
        RawPeer refused = await ConnectAsync(server, Encoding.ASCII.GetBytes(Line));
        (await refused.ReceiveLineAsync()).Should().Contain("busy");

        await first.CloseAsync();
        await TestTimeout.UntilAsync(() => server.Log.Entries.Any(IsFirstClosed), "the first is gone");
        (await (await ConnectAsync(server, Encoding.ASCII.GetBytes(Line))).AskAsync(Request)).Should().Be(Sum);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task A_check_that_connects_and_closes_is_an_end_in_order()
    {
        await using ServerUnderTest server = StartBehindProxy();
        (await server.ConnectBareAsync()).Dispose();

        (await CloseAsync(server)).Reason.Should().Be("peer_closed");
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task A_request_that_comes_with_its_header_just_after_a_stop_is_answered()
    {
        if (Tls)
            return; // there the handshake comes next
        await using ServerUnderTest server = StartBehindProxy();
        using RawPeer peer = await server.ConnectBareAsync();
        await TestTimeout.UntilAsync(() => server.Server.Connections.Count == 1, "it is accepted");

        Task<bool> stopped = server.Server.StopAsync();
        await server.DrainsAsync();
        server.Clock.Advance(TimeSpan.FromSeconds(0.9));
        await peer.SendAsync(Line + Request);

        (await peer.ReceiveToEndAsync()).Should().Be(Sum + "\n");
        peer.Dispose();
        (await stopped.WaitAsync(TestTimeout.Span)).Should().BeTrue();
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task A_stop_waits_a_second_for_headers_and_no_longer()
    {
        await using ServerUnderTest server = StartBehindProxy();
        await server.ConnectBareAsync();
        await TestTimeout.UntilAsync(() => server.Server.Connections.Count == 1, "it is accepted");

        Task<bool> stopped = server.Server.StopAsync();
        await server.DrainsAsync();
        server.Clock.Advance(TimeSpan.FromSeconds(1) + server.Server.SweepPeriod);

        (await stopped.WaitAsync(TestTimeout.Span)).Should().BeTrue();

        (await CloseAsync(server)).Reason.Should().Be("server_stopping");
    }

    [Fact]
    public void Needs_at_least_one_network_that_may_send_headers() => ((Action)(() => _ = new SumTcpServer(
        new SumTcpServerOptions { Proxy = new ProxyServerOptions { Senders = [] } }))).Should().Throw<ArgumentException>();

    private static bool IsFirstClosed(LogEntry entry) =>
        entry.Id == ServerUnderTest.ConnectionClosed && entry["Connection"] is 1L;

    private ServerUnderTest StartBehindProxy(
        bool isRequired = true, string from = "127.0.0.0/8", Func<SumTcpServerOptions, SumTcpServerOptions>? change = null) =>
        Start(o => (change?.Invoke(o) ?? o) with
        {
            Proxy = new ProxyServerOptions { Senders = [IPNetwork.Parse(from)], IsRequired = isRequired },
        });

    private async Task<RawPeer> ConnectAsync(ServerUnderTest server, byte[] header)
    {
        RawPeer peer = await server.ConnectBareAsync();
        await peer.SendAsync(header);
        return await ReadyAsync(peer);
    }

    private static async Task<(string Reason, string By, string Phase)> CloseAsync(ServerUnderTest server)
    {
        LogEntry closed = await server.Log.NextAsync(ServerUnderTest.ConnectionClosed);
        return ((string)closed["Reason"]!, (string)closed["By"]!, (string)closed["Phase"]!);
    }
}
