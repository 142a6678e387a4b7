using System.Text;
using FluentAssertions;
using SumSocket.Protocol;
using SumSocket.Protocol.Json;
using Xunit;

namespace SumSocket.Tests.Protocol;

/// <summary>UTF-8 is checked wherever it stands, and an escaped name is the name it spells.</summary>
public sealed class RequestEncodingTests
{
    public static TheoryData<string> BadUtf8 { get; } =
    [
        "80", "BF", "C0 80", "C1 BF", "C2", "C3 28", "E0 80 80", "E0 9F BF", "E2 82", "E2 28 A1", "E2 82 28", "ED A0 80", "ED BF BF",
        "F0 80 80 80", "F0 8F BF BF", "F0 9F 98", "F0 28 8C BC", "F0 90 28 BC", "F0 90 8C 28",
        "F4 90 80 80", "F5 80 80 80", "FC 80 80 80 80 80", "FE", "FF",
    ];

    public static TheoryData<string> GoodUtf8 { get; } =
    [
        "7F", "C2 80", "DF BF", "E0 A0 80", "E1 80 80", "EC BF BF", "ED 80 80", "ED 9F BF",
        "EE 80 80", "EF BF BF", "EF BB BF", "F0 90 80 80",
        "F1 80 80 80", "F3 BF BF BF", "F4 80 80 80", "F4 8F BF BF",
    ];

    // rule E6
    [Theory]
    [MemberData(nameof(BadUtf8))]
    public void Bad_UTF8_breaks_the_message_in_a_name_a_value_and_a_skipped_member(string hex)
    {
        byte[] bad = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
        foreach (byte[] stream in Places(bad))
        {
            Outcome outcome = Outcome.AllOf(stream).Should().ContainSingle().Subject;
            (outcome.Status, outcome.Error).Should().Be((DecodeStatus.Broken, new ProtocolError(ErrorCode.InvalidJson, Id: 5)));
        }
    }

    [Theory]
    [MemberData(nameof(GoodUtf8))]
    public void Good_UTF8_is_skipped_up_to_the_last_code_point(string hex)
    {
        byte[] good = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
        foreach (byte[] stream in Places(good))
            Outcome.AllOf(stream)[0].Status.Should().BeOneOf(DecodeStatus.Message, DecodeStatus.Rejected);
        Outcome.AllOf(Places(good)[^1])[0].Request.Should().Be(new Request(1, 2, 5));
    }

    private static byte[][] Places(byte[] text) =>
    [
        [.. "{\"Id\":5,\""u8, .. text, .. "\":1,\"A\":1,\"B\":2}"u8],
        [.. "{\"Id\":5,\"A\":\""u8, .. text, .. "\",\"B\":2}"u8],
        [.. "{\"Id\":5,\"X\":\"abc"u8, .. text, .. "def\",\"A\":1,\"B\":2}"u8],
        [.. "{\"Id\":5,\"X\":[{\""u8, .. text, .. "\":[\""u8, .. text, .. "\"]}],\"A\":1,\"B\":2}"u8],
    ];

    // rule M1, rule E4
    [Theory]
    [InlineData("EF BB BF 7B 22 41 22 3A 31 2C 22 42 22 3A 32 7D", "a byte order mark")]
    [InlineData("00", "a NUL")]
    [InlineData("FF FE 7B 00 22 00", "UTF-16, marked")]
    [InlineData("00 7B 00 22", "UTF-16, big end first")]
    [InlineData("7B 00 22 00 41 00", "UTF-16, little end first")]
    [InlineData("C2 A0 7B 7D", "a no-break space")]
    [InlineData("0B", "a vertical tab")]
    [InlineData("0C", "a form feed")]
    [InlineData("5B 5D", "an array")]
    [InlineData("22 7B 7D 22", "a string")]
    [InlineData("31 20", "a number")]
    public void What_is_no_object_in_UTF8_breaks_the_stream(string hex, string what)
    {
        Outcome outcome = Outcome.AllOf(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)))[0];
        (outcome.Status, outcome.Error).Should().Be((DecodeStatus.Broken, new ProtocolError(ErrorCode.InvalidJson)), what);
    }

    [Fact]
    public void No_control_character_may_stand_in_a_string_unescaped()
    {
        for (byte c = 0; c < 0x20; c++)
        {
            Outcome.AllOf([.. "{\"X\":\""u8, c, .. "\""u8])[0].Error.Code.Should().Be(ErrorCode.InvalidJson, $"0x{c:X2}");
            Outcome.AllOf([.. "{\""u8, c, .. "\":1"u8])[0].Error.Code.Should().Be(ErrorCode.InvalidJson, $"0x{c:X2}");
        }
    }

    // rule M6
    [Theory]
    [InlineData("""{"\u0041":1,"\u0042":2,"\u0049\u0064":3}""")]
    [InlineData("""{"A":1,"B":2,"I\u0064":3}""")]
    [InlineData("""{"A":1,"B":2,"\u0049d":3}""")]
    // lone surrogates: the grammar has nothing against them
    [InlineData("""{"\ud800":0,"\udc00\ud800":1,"X":"\ud800","A":1,"B":2,"Id":3}""")]
    [InlineData("""{"X":"\"\\\/\b\f\n\r\t\uABCD\uabcd","A":1,"B":2,"Id":3}""")]
    public void An_escaped_name_is_the_name_it_spells(string message) =>
        Outcome.AllOf(Encoding.UTF8.GetBytes(message))[0].Request.Should().Be(new Request(1, 2, 3));

    // rule M6, rule M7
    [Theory]
    [InlineData("""{"\u0061":1,"B":2}""")]
    [InlineData("""{"a":1,"B":2}""")]
    [InlineData("""{"\u0000A":1,"B":2}""")]
    [InlineData("""{"A\u0000":1,"B":2}""")]
    [InlineData("""{"A\t":1,"B":2}""")]
    [InlineData("""{"A ":1,"B":2}""")]
    [InlineData("""{"\u0141":1,"B":2}""")]
    [InlineData("""{"À":1,"B":2}""")]
    [InlineData("""{"\\u0041":1,"B":2}""")]
    [InlineData("""{"":1,"B":2}""")]
    [InlineData("""{"AAAAAAAAAAAAAAAAA":1,"B":2}""")]
    [InlineData("""{"X":{"A":1},"B":2}""")]
    [InlineData("""{"X":[{"A":1}],"B":2}""")]
    public void A_name_that_only_looks_like_A_is_another_member(string message) =>
        Outcome.AllOf(Encoding.UTF8.GetBytes(message))[0].Error.Should().Be(new ProtocolError(ErrorCode.MissingMember, Member.A));

    [Theory]
    [InlineData("""{"X":"\a"}""")]
    [InlineData("""{"X":"\'"}""")]
    [InlineData("""{"X":"\u12"}""")]
    [InlineData("""{"X":"\u12G4"}""")]
    [InlineData("""{"X":"\U0041"}""")]
    [InlineData("""{"X":"\x41"}""")]
    [InlineData("""{"\é":1}""")]
    public void No_other_escapes_exist(string message) =>
        Outcome.AllOf(Encoding.UTF8.GetBytes(message))[0].Error.Code.Should().Be(ErrorCode.InvalidJson);
}
