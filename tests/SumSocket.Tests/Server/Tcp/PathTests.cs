using System.Text;
using System.Text.Json;
using FluentAssertions;
using SumSocket.Protocol;
using SumSocket.Server.Tcp;
using SumSocket.Server.Tcp.Connection;
using Xunit;

namespace SumSocket.Tests.Server.Tcp;

/// <summary>What a server reports of a connection.</summary>
public class PathTests : ServerTest
{
    private const string Asked = """{"A":7,"B":4,"Path":true}""";

    // rule O4
    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Reports_addresses_limits_and_what_the_kernel_has()
    {
        await using ServerUnderTest server = Start(
            o => o with { MaxLifetime = TimeSpan.FromHours(1), UserTimeout = TimeSpan.FromSeconds(7) });
        RawPeer peer = await server.ConnectAsync();
        await server.AtRestAsync(1);
        server.Clock.Advance(TimeSpan.FromSeconds(2));

        PathReport path = Read(await peer.AskAsync(Asked));

        path.Peer.Should().Be(peer.Socket.LocalEndPoint!.ToString());
        path.Local.Should().Be(server.EndPoint.ToString());
        path.Connection.Should().Be(1);
        path.AgeMs.Should().Be(2000);
        path.ReadTimeoutMs.Should().Be(30_000);
        path.MaxLifetimeMs.Should().Be(3_600_000);
        path.KeepAlive.Should().Be("15s/15s/9");
        path.Proxy.Should().BeNull();
        path.Ended.Should().BeNull();
        (path.Tls is { } tls && tls.StartsWith("TLS 1.3 TLS_", StringComparison.Ordinal)).Should().Be(Tls);
        if (!OperatingSystem.IsLinux())
            return;
        path.UserTimeoutMs.Should().Be(7000);
        path.Mss.Should().BeInRange(500, 65_535);
        path.Pmtu.Should().BeInRange(1280, 65_536);
        path.RttUs.Should().BePositive();
        path.Retransmits.Should().Be(0);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Limits_that_there_are_not_are_zero_and_keep_alive_is_none()
    {
        await using ServerUnderTest server = Start(o => o with { KeepAlive = null, ReadTimeout = Timeout.InfiniteTimeSpan });
        PathReport path = Read(await (await server.ConnectAsync()).AskAsync(Asked));
        (path.KeepAlive, path.ReadTimeoutMs, path.MaxLifetimeMs).Should().Be(("none", 0L, 0L));
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Many_in_one_segment_are_answered_in_order_with_those_around_them()
    {
        await using ServerUnderTest server = Start();
        RawPeer peer = await server.ConnectAsync();
        Task sent = peer.SendAsync(string.Concat(Enumerable.Range(0, 3000).Select(i => i % 3 == 1
            ? $"{{\"A\":{i},\"B\":0,\"Path\":true}}" : $"{{\"A\":{i},\"B\":0}}")));
        for (int i = 0; i < 3000; i++)
        {
            string answer = await peer.ReceiveLineAsync();
            answer.Should().StartWith($"{{\"Sum\":{i}{(i % 3 == 1 ? ",\"Path\":{\"Peer\"" : "}")}");
        }

        await sent;
    }

    // rule O4
    [Theory(Timeout = TestTimeout.Milliseconds)]
    [InlineData("false")]
    [InlineData("null")]
    [InlineData("\"true\"")]
    [InlineData("{}")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("99999999999999999999")]
    public async Task Other_values_are_skipped(string value)
    {
        await using ServerUnderTest server = Start();
        (await (await server.ConnectAsync()).AskAsync($"{{\"A\":7,\"B\":4,\"Path\":{value}}}")).Should().Be("""{"Sum":11}""");
    }

    // rule O4
    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task A_server_that_does_not_report_skips_it()
    {
        await using ServerUnderTest server = Start(o => o with { ReportsPath = false });
        (await (await server.ConnectAsync()).AskAsync(Asked)).Should().Be("""{"Sum":11}""");
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task An_error_has_no_report()
    {
        await using ServerUnderTest server = Start();
        (await (await server.ConnectAsync()).AskAsync("""{"A":9223372036854775807,"B":1,"Path":true}""")).Should()
            .Be("""{"Error":"overflow","Message":"A + B is outside the 64-bit range"}""");
    }

    // rule O5
    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Who_has_the_key_of_a_connection_learns_how_it_ended()
    {
        await using ServerUnderTest server = Start();
        RawPeer reset = await server.ConnectAsync();
        long resetKey = Read(await reset.AskAsync(Asked)).Key!.Value;
        RawPeer closed = await server.ConnectAsync();
        long closedKey = Read(await closed.AskAsync(Asked)).Key!.Value;
        RawPeer open = await server.ConnectAsync();
        long openKey = Read(await open.AskAsync(Asked)).Key!.Value;

        reset.Reset();
        (await server.NextCloseAsync()).Should().Be(CloseReason.PeerReset);
        await closed.CloseAsync();
        (await server.NextCloseAsync()).Should().Be(CloseReason.PeerClosed);
        await TestTimeout.UntilAsync(() => server.Server.Connections.Count == 1, "both are gone");

        Read(await open.AskAsync(About(resetKey))).Ended.Should().Be("peer_reset");
        Read(await open.AskAsync(About(closedKey))).Ended.Should().Be("peer_closed");
        Read(await open.AskAsync(About(openKey))).Ended.Should().BeNull("it has not ended");
        Read(await open.AskAsync(About(resetKey + 1))).Ended.Should().BeNull("its code is wrong");
        Read(await open.AskAsync(About(1))).Ended.Should().BeNull("its number alone is no key");
        Read(await open.AskAsync(About(long.MaxValue))).Ended.Should().BeNull();
    }

    // rule O5
    [Fact]
    public void Only_the_last_ends_are_remembered()
    {
        var ends = new EndedConnections();
        for (int id = 1; id <= 600; id++)
            ends.Add(id, $"reason {id}");
        ends.Find(ends.KeyOf(88)).Should().BeNull();
        ends.Find(ends.KeyOf(89)).Should().Be("reason 89");
        ends.Find(ends.KeyOf(600)).Should().Be("reason 600");
        new EndedConnections().KeyOf(600).Should().NotBe(ends.KeyOf(600), "each server has a secret of its own");
    }

    // rule O4
    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Names_the_client_that_a_proxy_header_names()
    {
        await using ServerUnderTest server = Start(o => o with
        {
            Proxy = new ProxyServerOptions { Senders = [System.Net.IPNetwork.Parse("127.0.0.0/8")] },
        });
        RawPeer peer = await server.ConnectBareAsync();
        await peer.SendAsync("PROXY TCP4 192.0.2.1 198.51.100.7 56324 5656\r\n");

        PathReport path = Read(await (await ReadyAsync(peer)).AskAsync(Asked));

        path.Proxy.Should().Be("192.0.2.1:56324");
        path.Peer.Should().Be(peer.Socket.LocalEndPoint!.ToString());
    }

    private static string About(long key) => $"{{\"A\":7,\"B\":4,\"Path\":{key}}}";

    private static PathReport Read(string answer)
    {
        JsonDocument.Parse(answer).RootElement.GetProperty("Sum").GetInt64().Should().Be(11);
        new ProbeResponseDecoder().Decode(Encoding.ASCII.GetBytes(answer), out _, out Response _, out PathReport? path)
            .Should().Be(DecodeStatus.Message);
        return path ?? throw new InvalidOperationException($"{answer} has no report.");
    }
}
