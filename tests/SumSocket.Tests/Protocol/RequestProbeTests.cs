using System.Text;
using FluentAssertions;
using SumSocket.Protocol;
using Xunit;

namespace SumSocket.Tests.Protocol;

/// <summary>The members of requests and answers that examine a path.</summary>
public sealed class RequestProbeTests
{
    public static TheoryData<RequestProbe, string> Probes => new()
    {
        { new RequestProbe(60_000), ",\"Delay\":60000" },
        { new RequestProbe(Path: new PathQuery(IsAsked: true)), ",\"Path\":true" },
        { new RequestProbe(1, new PathQuery(IsAsked: true, 42)), ",\"Delay\":1,\"Path\":42" },
        { new RequestProbe(ProtocolLimits.MaxDelay, new PathQuery(IsAsked: true, long.MaxValue)),
            ",\"Delay\":86400000,\"Path\":9223372036854775807" },
        { new RequestProbe(), "" },
    };

    // rule O1, rule O4
    [Theory]
    [MemberData(nameof(Probes))]
    public void What_is_written_is_read_back_in_pieces_of_any_size(RequestProbe probe, string members)
    {
        foreach (var request in (Request[])[new(7, 4), new(long.MinValue, -1, long.MaxValue)])
        {
            byte[] bytes = Write(request, probe);
            string plain = Encoding.ASCII.GetString(Write(request, new RequestProbe()));
            Encoding.ASCII.GetString(bytes).Should().Be(plain.Insert(plain.Length - 2, members));
            for (int piece = 1; piece <= bytes.Length; piece++)
                Read(bytes, piece).Should().Be((request, probe == default ? null : (RequestProbe?)probe));
        }
    }

    [Fact]
    public void The_longest_request_fits()
    {
        Span<byte> buffer = stackalloc byte[MessageWriter.MaxProbeRequestLength];
        MessageWriter.WriteRequest(
            buffer, new Request(long.MinValue, long.MinValue, long.MaxValue),
            new RequestProbe(ProtocolLimits.MaxDelay, new PathQuery(IsAsked: true, long.MaxValue))).Should().Be(121);
    }

    // rule M7
    [Fact]
    public void A_probe_is_of_its_own_request_only()
    {
        var decoder = default(RequestDecoder);
        byte[] bytes = """{"A":1,"B":1,"Delay":5}{"A":2,"B":2}{"A":3,"B":3,"Note":{"Delay":1,"Path":true}}"""u8.ToArray();
        List<RequestProbe?> probes = [];
        for (int at = 0; at < bytes.Length;)
        {
            decoder.Decode(bytes.AsSpan(at), out int consumed, out _).Should().Be(DecodeStatus.Message);
            probes.Add(decoder.Probe);
            at += consumed;
        }

        probes.Should().Equal(new RequestProbe(5), null, null);
    }

    // rule O4
    [Fact]
    public void A_report_is_read_back_as_it_was_written_in_pieces_of_any_size()
    {
        var report = new PathReport
        {
            Peer = "[2001:db8::1]:40122",
            Local = "10.0.0.9:5656",
            AgeMs = 1,
            Connection = 2,
            Key = long.MaxValue,
            ReadTimeoutMs = 30_000,
            MaxLifetimeMs = 0,
            KeepAlive = "15s/15s/9",
            UserTimeoutMs = 120_000,
            Mss = 1448,
            Pmtu = 1500,
            RttUs = 77,
            Retransmits = 3,
            Proxy = "192.0.2.1:1",
            Tls = "TLS 1.3 TLS_AES_256_GCM_SHA384",
            Ended = "peer_reset",
        };
        foreach (PathReport path in (PathReport[])[report, new PathReport { Peer = "10.0.0.5:1" }, new PathReport()])
        {
            byte[] bytes = [.. "  \r\n"u8, .. Write(path)];
            for (int piece = 1; piece <= bytes.Length; piece++)
                ReadPath(bytes, piece).Should().Be(path);
        }
    }

    [Fact]
    public void What_a_text_cannot_hold_without_an_escape_is_replaced() =>
        Encoding.ASCII.GetString(Write(new PathReport { Tls = " ~\"\\\n\u001f\u007f\u00e9" })).Should()
            .Be("{\"Sum\":11,\"Id\":5,\"Path\":{\"Tls\":\" ~??????\"}}\n");

    [Fact]
    public void A_report_that_is_missing_is_refused_before_a_byte_is_written()
    {
        byte[] buffer = new byte[MessageWriter.MaxPathResponseLength];

        FluentActions.Invoking(() => MessageWriter.WriteSum(buffer, 11, 5, null!)).Should().Throw<ArgumentNullException>();

        buffer.Should().OnlyContain(one => one == 0);
    }

    [Fact]
    public void A_report_of_the_longest_texts_fits()
    {
        string text = new('x', 64);
        var report = new PathReport
        {
            Peer = text,
            Local = text,
            AgeMs = long.MinValue,
            Connection = long.MinValue,
            Key = long.MinValue,
            ReadTimeoutMs = long.MinValue,
            MaxLifetimeMs = long.MinValue,
            KeepAlive = text,
            UserTimeoutMs = long.MinValue,
            Mss = long.MinValue,
            Pmtu = long.MinValue,
            RttUs = long.MinValue,
            Retransmits = long.MinValue,
            Proxy = text,
            Tls = text,
            Ended = text,
        };
        Span<byte> buffer = stackalloc byte[MessageWriter.MaxPathResponseLength];
        MessageWriter.WriteSum(buffer, long.MinValue, long.MaxValue, report).Should().BeLessThan(MessageWriter.MaxPathResponseLength);
    }

    // rule O4
    [Theory]
    [InlineData("""{"Sum":11,"Path":{"Peer":7,"Mss":"x","Later":[{}],"RttUs":5}}""", 5)]
    [InlineData("""{"Path":{"RttUs":6},"Sum":11}""", 6)]
    [InlineData("""{"Sum":11,"Path":{"Mss":9223372036854775807,"RttUs":6}}""", 6)]
    [InlineData("""{"Sum":11,"Path":{"Mss":-1,"RttUs":6}}""", 6)]
    [InlineData("""{"Sum":11,"P\u0061th":{"RttUs":7,"Peer":"a\u0022"}}""", 7)]
    public void Members_of_another_kind_or_unknown_ones_are_left_out(string answer, int rtt)
    {
        PathReport path = ReadPath(Encoding.ASCII.GetBytes(answer), int.MaxValue)!;
        path.RttUs.Should().Be(rtt);
        path.Mss.Should().BeNull();
    }

    [Theory]
    [InlineData("""{"Sum":11,"Path":true}""")]
    [InlineData("""{"Sum":11,"Path":null}""")]
    [InlineData("""{"Sum":11,"Note":{"Path":{"RttUs":1}}}""")]
    [InlineData("""{"Sum":11,"Path":{"Peer":"\ud800"}}""")] // half a character, which is JSON
    [InlineData("""{"Sum":11}""")]
    public void Without_a_report_there_is_none(string answer) =>
        ReadPath(Encoding.ASCII.GetBytes(answer), int.MaxValue).Should().BeNull();

    [Fact]
    public void A_report_is_skipped_where_it_is_not_wanted()
    {
        var decoder = default(ResponseDecoder);
        decoder.Decode(Write(new PathReport { Mss = 1 }), out _, out Response response).Should().Be(DecodeStatus.Message);
        response.Should().Be(new Response(11, 5));
    }

    private static byte[] Write(in Request request, RequestProbe probe)
    {
        byte[] buffer = new byte[MessageWriter.MaxProbeRequestLength];
        return buffer[..MessageWriter.WriteRequest(buffer, request, probe)];
    }

    private static byte[] Write(PathReport report)
    {
        byte[] buffer = new byte[MessageWriter.MaxPathResponseLength];
        return buffer[..MessageWriter.WriteSum(buffer, 11, 5, report)];
    }

    private static (Request Request, RequestProbe? Probe) Read(byte[] bytes, int piece)
    {
        var decoder = default(RequestDecoder);
        for (int at = 0; at < bytes.Length;)
        {
            int end = Math.Min(bytes.Length, at + piece);
            if (decoder.Decode(bytes.AsSpan(at..end), out int consumed, out Request request) == DecodeStatus.Message)
                return (request, decoder.Probe);
            at += consumed;
        }

        throw new InvalidOperationException("There is no request.");
    }

    private static PathReport? ReadPath(byte[] bytes, int piece)
    {
        var decoder = new ProbeResponseDecoder();
        for (int at = 0; at < bytes.Length;)
        {
            int end = (int)Math.Min(bytes.Length, (long)at + piece);
            ReadOnlySpan<byte> input = bytes.AsSpan(at..end);
            if (decoder.Decode(input, out int consumed, out Response response, out PathReport? path) == DecodeStatus.Message)
            {
                response.Sum.Should().Be(11);
                return path;
            }

            at += consumed;
        }

        throw new InvalidOperationException("There is no answer.");
    }
}
