using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using FluentAssertions;
using SumSocket.Client.Udp;
using SumSocket.Commands.Paths;
using SumSocket.Measurement.Paths;
using SumSocket.Protocol;
using SumSocket.Tests.Commands.Bench;
using SumSocket.Tests.Measurement.Paths;
using Xunit;

namespace SumSocket.Tests.Commands.Paths;

/// <summary>The two forms of a result; the JSON is held against its schema.</summary>
public sealed class PathReportsTests
{
    private static readonly UdpPathObservations _udp = new()
    {
        Target = "10.0.0.1:5656",
        Remote = new IPEndPoint(IPAddress.Parse("10.0.0.1"), 5656),
        Local = new IPEndPoint(IPAddress.Parse("10.0.0.5"), 40122),
        First = new UdpProbeResult { IsAnswered = true, Path = new PathReport { Peer = "10.0.0.5:40122" } },
        BestTime = TimeSpan.FromMilliseconds(0.4),
        LongestWhole = 1000,
        LongestInFragments = 1200,
        PathMtu = 1100,
    };

    [Fact]
    public void Each_finding_is_a_line_and_the_verdict_follows()
    {
        string text = PathReports.Text(Tcp(SeenPath.Direct));
        string[] lines = text.Split('\n');
        lines[0].Should().Be("connect        connected to 10.0.0.1:5656 in 0.5 ms");
        lines.Should().Contain("addresses      the server sees our own address, [::ffff:10.0.0.5]:40122");
        lines[^2].Should().Be("The path is direct: nothing on it changes addresses, ends TCP or holds data back.");
        lines[^3].Should().BeEmpty();
    }

    [Fact]
    public void What_a_peer_sends_cannot_write_to_the_terminal() => PathReports.Text(
        new PathResult([new PathFinding("server", "foreign", "a\u001b[31mb")], ["c\r\nd"], true, false)).Should()
        .Be("server  a?[31mb\n\nc??d\n");

    [Fact]
    public void The_JSON_is_what_its_schema_says()
    {
        Validate("tcp", Tcp(SeenPath.Direct));
        Validate("tcp", Tcp(SeenPath.Direct with { First = SeenPath.Answer(null), Reset = null, Buffers = null }));
        Validate("tcp", Tcp(new TcpPathObservations { Target = "a:1", IsInterrupted = true }));
        Validate("udp", Udp(_udp));
        Validate("udp", Udp(new UdpPathObservations { Target = "a:1", Failure = "host not found" }));
    }

    [Theory]
    [InlineData(1200, null, "whole")]
    [InlineData(1000, 1200, "fragments")]
    [InlineData(1000, 1100, "limited")]
    [InlineData(null, 1200, "unknown")]
    public void Datagrams_are_answered_up_to_some_length(int? whole, int? fragments, string result) =>
        UdpPathFindings.Of(_udp with { LongestWhole = whole, LongestInFragments = fragments })
            .Single(one => one.Check == "datagrams").Result.Should().Be(result);

    [Theory]
    [InlineData(SocketError.ConnectionRefused, "no process listens there")]
    [InlineData(SocketError.TimedOut, "no answer")]
    public void Nothing_that_answers_is_said_with_its_reason(SocketError error, string why)
    {
        PathResult result = Udp(_udp with { First = new UdpProbeResult { Error = error }, LongestWhole = null, LongestInFragments = null });
        result.Verdict.Should().ContainSingle().Which.Should().StartWith($"Nothing answers at 10.0.0.1:5656: {why}");
    }

    private static PathResult Tcp(TcpPathObservations seen)
    {
        IReadOnlyList<PathFinding> findings = TcpPathFindings.Of(seen);
        return new PathResult(findings, TcpPathFindings.Verdict(seen, findings), true, seen.IsInterrupted);
    }

    private static PathResult Udp(UdpPathObservations seen)
    {
        IReadOnlyList<PathFinding> findings = UdpPathFindings.Of(seen);
        return new PathResult(findings, UdpPathFindings.Verdict(seen, findings), true, seen.IsInterrupted);
    }

    private static void Validate(string transport, PathResult result)
    {
        using MemoryStream output = new();
        PathReports.WriteJson(output, "10.0.0.1:5656", transport, result);
        JsonSchema schema = JsonSchema.Read(Repository.File(System.IO.Path.Combine("docs", "path.schema.json")));
        schema.Validate(JsonDocument.Parse(Encoding.UTF8.GetString(output.ToArray())).RootElement).Should().BeEmpty();
    }
}
