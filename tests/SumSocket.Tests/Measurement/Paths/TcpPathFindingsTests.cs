using System.Net.Sockets;
using System.Text;
using FluentAssertions;
using SumSocket.Client;
using SumSocket.Client.Tcp;
using SumSocket.Measurement.Paths;
using SumSocket.Sockets;
using Xunit;

namespace SumSocket.Tests.Measurement.Paths;

/// <summary>What is concluded from what was seen.</summary>
public sealed class TcpPathFindingsTests
{
    [Fact]
    public void A_direct_path_has_nothing_to_act_on()
    {
        Result(SeenPath.Direct, "addresses").Should().Be("same", "an IPv4 address in IPv6 clothes is the same");
        Result(SeenPath.Direct, "tcp_end").Should().Be("direct");
        Result(SeenPath.Direct, "half_close").Should().Be("passes");
        Result(SeenPath.Direct, "buffers").Should().Be("full");
        Result(SeenPath.Direct, "reset").Should().Be("passes");
        Result(SeenPath.Direct, "dead_server").Should().Be("in_time");
        Verdict(SeenPath.Direct).Should().Equal("The path is direct: nothing on it changes addresses, ends TCP or holds data back.");
    }

    [Fact]
    public void Other_addresses_alone_are_a_NAT()
    {
        TcpPathObservations seen = SeenPath.Seen(report => report with { Peer = "192.0.2.1:1024" });
        Result(seen, "addresses").Should().Be("translated");
        Result(seen, "tcp_end").Should().Be("nat");
        Verdict(seen).Should().ContainSingle().Which.Should().StartWith("A NAT is in between");
    }

    public static TheoryData<string, string> Proxies => new()
    {
        { "half-close", "a half-close is cut" },
        { "reset", "our reset reached the server as peer_closed" },
        { "buffers", "8.0 MiB were acknowledged while the server read nothing" },
        { "tls", "the server has TLS and we have not" },
        { "header", "it sends a PROXY header" },
        { "rtt", "our RTT is 0.3 ms, the server's 40 ms" },
    };

    [Theory]
    [MemberData(nameof(Proxies))]
    public void One_sign_of_a_proxy_is_enough_and_is_said(string what, string sign)
    {
        TcpPathObservations seen = what switch
        {
            "half-close" => SeenPath.Direct with { HalfClose = [SeenPath.HalfClose(100, null), SeenPath.HalfClose(1000, 500)] },
            "reset" => SeenPath.Direct with { Reset = new ResetTry("peer_closed", TimeSpan.Zero) },
            "buffers" => SeenPath.Direct with { Buffers = new BufferTry(9 << 20, 8 << 20, IsFull: true, null) },
            "tls" => SeenPath.Seen(report => report with { Tls = "TLS 1.3 TLS_AES_256_GCM_SHA384" }),
            "header" => SeenPath.Seen(report => report with { Proxy = "10.0.0.5:40122" }),
            _ => SeenPath.Seen(report => report with { RttUs = 40_000 }) with { BestTime = TimeSpan.FromMilliseconds(41) },
        };
        PathFinding found = TcpPathFindings.Of(seen).Single(one => one.Check == "tcp_end");
        found.Result.Should().Be("proxy");
        found.Text.Should().Contain(sign);
        Verdict(seen)[0].Should().StartWith("A proxy ends the TCP connection");
    }

    [Theory]
    [InlineData(30, 6, 1500, "stuck", "arrives", "Short requests pass and long segments do not")]
    [InlineData(30, 0, 1500, "full", "push", "The path is direct")]
    [InlineData(100_000, 1, 1400, "full", "; the path MTU is 1400", "The path is direct")]
    [InlineData(100_000, 1, 1500, "full", "of them acknowledged", "The path is direct")]
    public void Long_segments_that_do_not_arrive_are_found(
        int acknowledged, int retransmitted, int mtu, string result, string text, string verdict)
    {
        TcpPathObservations seen = SeenPath.Direct with
        {
            Buffers = new BufferTry(200_000, acknowledged, IsFull: true, null)
            {
                Path = SeenPath.Direct.Tcp!.Path with { Retransmitted = retransmitted, PathMtu = mtu },
            },
        };
        PathFinding found = TcpPathFindings.Of(seen).Single(one => one.Check == "buffers");
        found.Result.Should().Be(result);
        found.Text.Should().Contain(text);
        Verdict(seen)[0].Should().StartWith(verdict);
    }

    [Fact]
    public void A_half_close_that_passes_for_a_while_says_how_long()
    {
        TcpPathObservations seen = SeenPath.Direct with
        {
            HalfClose = [SeenPath.HalfClose(300, null), SeenPath.HalfClose(1000, 500), SeenPath.HalfClose(3000, 501)],
        };
        PathFinding found = TcpPathFindings.Of(seen).Single(one => one.Check == "half_close");
        found.Result.Should().Be("limited");
        found.Text.Should().Be("answers come up to 300 ms after we end our side, later ones do not: closed by peer after 500 ms");
    }

    [Theory]
    [InlineData("Ended", "false_accept", "most likely a proxy whose server is down")]
    [InlineData("Reset", "false_accept", "most likely a proxy whose server is down")]
    [InlineData("NoAnswer", "silent", "frozen")]
    [InlineData("Foreign", "foreign", "speaks HTTP")]
    public void What_does_not_answer_is_told_apart(string outcome, string result, string verdict)
    {
        TcpPathObservations seen = SeenPath.Direct with
        {
            First = new ProbeResult(Enum.Parse<ProbeOutcome>(outcome), 0) { FirstBytes = Encoding.ASCII.GetBytes("HTTP/1.1 400") },
            HalfClose = null,
            Buffers = null,
            Reset = null,
        };
        Result(seen, "server").Should().Be(result);
        Verdict(seen)[0].Should().Contain(verdict);
        TcpPathFindings.Of(seen).Should().Contain(one => one.Check == "dead_server", "that can be seen from here all the same");
    }

    [Fact]
    public void A_peer_that_would_never_be_noticed_is_a_warning()
    {
        TcpPathObservations seen = SeenPath.Direct with
        {
            Options = SeenPath.Direct.Options! with { Settings = new TcpSettings(null, TimeSpan.Zero) },
        };
        Result(seen, "dead_server").Should().Be("never");
        Verdict(seen).Should().Equal("On an idle connection a dead server is never noticed: turn keep-alive on.");
    }

    [Fact]
    public void No_connection_is_all_there_is_to_say()
    {
        TcpPathObservations seen = new()
        {
            Target = "10.0.0.1:5656",
            Attempt = new ProbeAttempt(null, ConnectResult.Failed(null, SocketError.HostNotFound)),
        };
        TcpPathFindings.Of(seen).Should().ContainSingle().Which.Result.Should().Be("failed");
        Verdict(seen).Should().Equal("There was no connection to 10.0.0.1:5656: host not found.");
    }

    [Fact]
    public void A_verdict_has_at_most_three_sentences_the_gravest_first()
    {
        TcpPathObservations seen = SeenPath.Seen(report => report with { Peer = "192.0.2.1:1024" }) with
        {
            Options = SeenPath.Direct.Options! with { NoDelay = false, Settings = new TcpSettings(null, TimeSpan.Zero) },
            HalfClose = [SeenPath.HalfClose(100, 0)],
            Reset = new ResetTry(null, TimeSpan.FromSeconds(2)),
        };
        IReadOnlyList<string> verdict = Verdict(seen);
        verdict.Should().HaveCount(3);
        verdict[0].Should().StartWith("On an idle connection");
        verdict[1].Should().StartWith("A proxy ends");
    }

    private static string Result(TcpPathObservations seen, string check) =>
        TcpPathFindings.Of(seen).Single(one => one.Check == check).Result;

    private static IReadOnlyList<string> Verdict(TcpPathObservations seen) =>
        TcpPathFindings.Verdict(seen, TcpPathFindings.Of(seen));
}
