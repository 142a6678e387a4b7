using System.Text;
using FluentAssertions;
using SumSocket.Protocol;
using SumSocket.Protocol.Json;
using Xunit;

namespace SumSocket.Tests.Protocol;

public sealed class ResponseDecoderTests
{
    private static (DecodeStatus Status, Response Response, int Consumed) Decode(string text)
    {
        byte[] stream = Encoding.UTF8.GetBytes(text);
        var decoder = new ResponseDecoder();
        DecodeStatus status = decoder.Decode(stream, out int consumed, out Response response);
        var strict = new ResponseDecoder();
        (strict.DecodeAnyShape(stream, out int taken, out Response same), same, taken).Should().Be((status, response, consumed));
        for (int cut = 0; cut < consumed; cut++)
        {
            var pieces = new ResponseDecoder();
            pieces.Decode(stream.AsSpan(0, cut), out int first, out _).Should().Be(DecodeStatus.NeedMore);
            first.Should().Be(cut);
            (pieces.Decode(stream.AsSpan(cut), out taken, out same), same, cut + taken).Should()
                .Be((status, response, consumed), $"cut at {cut}");
        }

        return (status, response, consumed);
    }

    [Theory]
    [InlineData("""{"Sum":11}""", 11, null)]
    [InlineData("""{"Sum":-0}""", 0, null)]
    [InlineData("""{"Sum":11,"Id":5}""", 11, 5L)]
    [InlineData("""{"Id":5,"Sum":11}""", 11, 5L)]
    [InlineData("""{"Sum":-9223372036854775808,"Id":0}""", long.MinValue, 0L)]
    [InlineData("""{"Sum":9223372036854775807,"Id":9223372036854775807}""", long.MaxValue, long.MaxValue)]
    [InlineData(""" { "Message" : [ { "Sum" : 1 } ] , "S\u0075m" : 11 , "A" : "x" } """, 11, null)]
    public void A_sum_is_read_in_every_shape(string text, long sum, long? id)
    {
        (DecodeStatus status, Response response, int consumed) = Decode(text);
        (status, response).Should().Be((DecodeStatus.Message, new Response(sum, id)));
        response.IsError.Should().BeFalse();
        consumed.Should().Be(text.TrimEnd().Length);
    }

    [Fact]
    public void Every_code_is_read_by_its_wire_name_and_any_other_is_unknown()
    {
        foreach (ErrorCode code in Enum.GetValues<ErrorCode>())
        {
            if (code is ErrorCode.None or ErrorCode.Unknown)
                continue;
            string name = code.ToWireName();
            Decode($$"""{"Error":"{{name}}"}""").Response.Should().Be(new Response(0, null, code));
            Decode($$"""{"Message":"","Id":3,"Error":"\u00{{(int)name[0]:x2}}{{name[1..]}}"}""").Response
                .Should().Be(new Response(0, 3, code));
            foreach (string other in (string[])[$"{name}x", $"x{name}", $"\\u0000{name}", name.ToUpperInvariant()])
                Decode($$"""{"Error":"{{other}}"}""").Response.Should().Be(new Response(0, null, ErrorCode.Unknown), other);
        }
    }

    // rule E2
    [Theory]
    [InlineData("")]
    [InlineData("none")]
    [InlineData("unknown")]
    [InlineData("a_code_of_a_later_version")]
    [InlineData("é")]
    public void A_code_of_a_later_version_is_an_error_all_the_same(string code) =>
        Decode($$"""{"Error":"{{code}}","Id":5}""").Response.Should().Be(new Response(0, 5, ErrorCode.Unknown));

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"Id":5}""")]
    [InlineData("""{"sum":5}""")]
    [InlineData("""{"A":7,"B":4}""")]
    [InlineData("""{"Sum":1,"Error":"overflow"}""")]
    [InlineData("""{"Sum":1,"Error":"later"}""")]
    [InlineData("""{"Sum":1,"Sum":1}""")]
    [InlineData("""{"Sum":1.0}""")]
    [InlineData("""{"Sum":"1"}""")]
    [InlineData("""{"Sum":null}""")]
    [InlineData("""{"Sum":9223372036854775808}""")]
    [InlineData("""{"Sum":1,"Id":-1}""")]
    [InlineData("""{"Sum":1,"Id":9223372036854775808}""")]
    [InlineData("""{"Sum":1,"Id":null}""")]
    [InlineData("""{"Sum":1,"Id":1,"Id":1}""")]
    [InlineData("""{"Error":5}""")]
    [InlineData("""{"Error":null}""")]
    [InlineData("""{"Error":"busy","Error":"busy"}""")]
    [InlineData("""{"Error":"","Error":""}""")]
    public void An_object_that_is_no_answer_is_rejected_whole(string text) =>
        Decode(text).Should().Be((DecodeStatus.Rejected, default(Response), text.Length));

    [Theory]
    [InlineData("x")]
    [InlineData("[]")]
    [InlineData("""{"Sum":01}""")]
    [InlineData("""{"Sum":1,}""")]
    [InlineData("""{"Sum":1x""")]
    [InlineData("""{"X":[[[[[[[[""")]
    public void Bytes_that_are_no_message_break_the_stream(string text) => Decode(text).Status.Should().Be(DecodeStatus.Broken);

    [Fact]
    public void An_answer_that_never_ends_breaks_the_stream_at_its_limit() =>
        Decode("{\"X\":\"" + new string('x', 5000)).Status.Should().Be(DecodeStatus.Broken);

    [Fact]
    public void A_fault_in_one_answer_is_forgotten_at_the_next()
    {
        byte[] stream = """{"Sum":1,"Sum":2}{ "Sum":3}{"Error":"busy"}{"Sum":4}"""u8.ToArray();
        var decoder = new ResponseDecoder();
        var statuses = new List<(DecodeStatus, long)>();
        for (int at = 0, consumed; at < stream.Length; at += consumed)
            statuses.Add((decoder.Decode(stream.AsSpan(at), out consumed, out Response response), response.Sum));
        statuses.Should(
            ).Equal((DecodeStatus.Rejected, 0), (DecodeStatus.Message, 3), (DecodeStatus.Message, 0), (DecodeStatus.Message, 4));
    }

    [Fact]
    public void Reads_back_every_answer_that_is_written()
    {
        var random = new Random(2);
        Span<byte> buffer = stackalloc byte[MessageWriter.MaxResponseLength];
        for (int i = 0; i < Fuzz.Cases(100_000); i++)
        {
            var sum = new Response(RandomMessages.Number(random), RandomMessages.Id(random));
            var error = new ProtocolError(
                (ErrorCode)random.Next(1, (int)ErrorCode.Unknown), (Member)random.Next(4), RandomMessages.Id(random));
            bool isSum = random.Next(2) == 0;
            int length = isSum ? MessageWriter.WriteSum(buffer, sum.Sum, sum.Id) : MessageWriter.WriteError(
                buffer, error, random.Next(2) == 0);
            Response expected = isSum ? sum : new Response(0, error.Id, error.Code);
            var decoder = new ResponseDecoder();
            DecodeStatus status = decoder.Decode(buffer[..length], out int consumed, out Response response);
            if (status != DecodeStatus.Message || response != expected || consumed != length - 1)
                Assert.Fail($"{Encoding.UTF8.GetString(buffer[..length])} read back as {status} {response}");
        }
    }
}
