using System.Text;
using FluentAssertions;
using SumSocket.Protocol;
using SumSocket.Protocol.Json;
using Xunit;

namespace SumSocket.Tests.Protocol;

/// <summary>The rules about members, limits and interruptions.</summary>
public sealed class RequestRuleTests
{
    private static Outcome First(string stream) => Outcome.AllOf(Encoding.UTF8.GetBytes(stream))[0];

    // rule E3
    [Theory]
    [InlineData("""{}""", ErrorCode.MissingMember, Member.A, null)]
    [InlineData("""{"A":1}""", ErrorCode.MissingMember, Member.B, null)]
    [InlineData("""{"B":1,"Id":5}""", ErrorCode.MissingMember, Member.A, 5L)]
    [InlineData("""{"Id":5}""", ErrorCode.MissingMember, Member.A, 5L)]
    [InlineData("""{"A":1,"A":1}""", ErrorCode.MissingMember, Member.B, null)] // missing before duplicate
    [InlineData("""{"B":1.5,"Id":-1}""", ErrorCode.MissingMember, Member.A, null)]
    [InlineData("""{"A":1,"B":2,"A":1}""", ErrorCode.DuplicateMember, Member.A, null)]
    [InlineData("""{"A":1,"B":2,"\u0042":3,"Id":5}""", ErrorCode.DuplicateMember, Member.B, 5L)]
    [InlineData("""{"A":1,"B":2,"Id":5,"Id":5}""", ErrorCode.DuplicateMember, Member.Id, null)]
    [InlineData("""{"Id":5,"A":1,"B":2,"I\u0064":"x"}""", ErrorCode.DuplicateMember, Member.Id, null)]
    [InlineData("""{"B":1,"B":2,"A":1.5}""", ErrorCode.DuplicateMember, Member.B, null)] // duplicate before kind
    [InlineData("""{"A":null,"A":99999999999999999999,"B":2}""", ErrorCode.DuplicateMember, Member.A, null)]
    [InlineData("""{"Id":1,"Id":2,"B":1,"B":2,"A":1}""", ErrorCode.DuplicateMember, Member.B, null)] // A, B, Id, whatever their order
    [InlineData("""{"A":99999999999999999999,"B":"2","Id":5}""", ErrorCode.NotAnInteger, Member.B, 5L)] // kind before range
    [InlineData("""{"A":1,"B":2,"Id":null}""", ErrorCode.NotAnInteger, Member.Id, null)]
    [InlineData("""{"A":1,"B":2,"Id":"5"}""", ErrorCode.NotAnInteger, Member.Id, null)]
    [InlineData("""{"A":1,"B":99999999999999999999,"Id":-1}""", ErrorCode.OutOfRange, Member.B, null)]
    [InlineData("""{"A":1,"B":2,"Id":-1}""", ErrorCode.OutOfRange, Member.Id, null)]
    [InlineData("""{"A":1,"B":2,"Id":9223372036854775808}""", ErrorCode.OutOfRange, Member.Id, null)]
    public void The_first_rule_that_applies_wins_and_a_readable_Id_comes_back(string message, ErrorCode code, Member member, long? id) =>
        First(message).Should().Be(
            new Outcome(DecodeStatus.Rejected, default, new ProtocolError(code, member, id), Encoding.UTF8.GetByteCount(message)));

    // rule E9
    [Theory]
    [InlineData("""{"Id":5 x""", 5L)]
    [InlineData("""{"Id":5,"A":x""", 5L)]
    [InlineData("""{"Id":5x""", null)] // no number ends like this, so no Id was read
    [InlineData("""{"A":1,"Id":05}""", null)]
    [InlineData("""{"Id":5,"Id":5,x""", null)]
    [InlineData("""{"Id":5,"Id":x""", 5L)]
    [InlineData("""{"Id":-5,x""", null)]
    [InlineData("""x{"Id":5}""", null)]
    public void A_broken_message_gives_back_the_Id_read_before_the_fault(string stream, long? id)
    {
        Outcome outcome = First(stream);
        (outcome.Status, outcome.Error).Should().Be((DecodeStatus.Broken, new ProtocolError(ErrorCode.InvalidJson, Id: id)));
    }

    [Theory]
    [InlineData("""{"A":1,}""")]
    [InlineData("""{,"A":1}""")]
    [InlineData("""{"A" 1}""")]
    [InlineData("""{"A":1 "B":2}""")]
    [InlineData("""{"A"}""")]
    [InlineData("""{A:1}""")]
    [InlineData("""{'A':1}""")]
    [InlineData("""{"A":1]""")]
    [InlineData("""{"X":[1}""")]
    [InlineData("""{"X":[1,]}""")]
    [InlineData("""{"X":[,1]}""")]
    [InlineData("""{"X":{"A":1]}""")]
    [InlineData("""{"A":/**/1}""")]
    [InlineData("""{"A":True}""")]
    [InlineData("""{"A":nul,"B":1}""")]
    [InlineData("""{"A":truex}""")]
    [InlineData("""{"A":1,"B":2},""")]
    public void What_the_grammar_does_not_know_breaks_the_stream(string stream)
    {
        Outcome outcome = Outcome.AllOf(Encoding.UTF8.GetBytes(stream))[^1];
        (outcome.Status, outcome.Error.Code).Should().Be((DecodeStatus.Broken, ErrorCode.InvalidJson));
    }

    public static TheoryData<string, string> Brackets { get; } = new() { { "[", "]" }, { "{\"A\":", "}" }, { "[{\"X\":", "}]" } };

    // rule E7
    [Theory]
    [MemberData(nameof(Brackets))]
    public void Eight_levels_are_read_and_the_ninth_bracket_is_too_deep(string open, string close)
    {
        int levels = open.StartsWith("[{", StringComparison.Ordinal) ? 2 : 1;
        string Nested(int depth) => string.Concat(Enumerable.Repeat(open, depth / levels)) + (depth % levels == 1 ? "[1]" : "1")
            + string.Concat(Enumerable.Repeat(close, depth / levels));

        First($$"""{"Id":5,"X":{{Nested(7)}},"A":1,"B":2}""").Request.Should().Be(new Request(1, 2, 5));
        Outcome outcome = First($$"""{"Id":5,"X":{{Nested(8)}},"A":1,"B":2}""");
        (outcome.Status, outcome.Error).Should().Be((DecodeStatus.Broken, new ProtocolError(ErrorCode.TooDeep, Id: 5)));
    }

    [Fact]
    public void Depth_is_forgotten_between_siblings_and_messages() =>
        Outcome.AllOf(Encoding.UTF8.GetBytes("""{"X":[[[[[[[1]]]]]],[[[[[{}]]]]]],"Y":[[]],"A":1,"B":2}{"X":[[[[[[[]]]]]]],"A":1,"B":2}"""))
            .Count(outcome => outcome.Status == DecodeStatus.Message).Should().Be(2);

    // rule E8
    [Theory]
    [InlineData("x")]
    [InlineData(" ")]
    [InlineData("1")]
    [InlineData("é")]
    public void A_message_of_4096_bytes_is_read_and_the_next_byte_is_too_long(string filling)
    {
        string quote = filling is "x" or "é" ? "\"" : "";
        string Message(int length)
        {
            string head = $$"""{"Id":5,"A":1,"X":{{quote}}""", tail = $$"""{{(filling == " " ? "1" : quote)}},"B":2}""";
            int room = length - head.Length - tail.Length;
            int size = Encoding.UTF8.GetByteCount(filling);
            return head + new string('y', filling == "é" ? room % size : 0) +
                string.Concat(Enumerable.Repeat(filling, room / size)) + tail;
        }

        string white = new(' ', 10_000);
        Outcome.AllOf(Encoding.UTF8.GetBytes(white + Message(4096) + white + Message(4096) + white))
            .Should().HaveCount(3).And.Subject.Take(2).Should().OnlyContain(outcome => outcome.Request == new Request(1, 2, 5));
        Outcome tooLong = First(Message(4097));
        (tooLong.Status, tooLong.Error).Should().Be((DecodeStatus.Broken, new ProtocolError(ErrorCode.MessageTooLong, Id: 5)));
        Outcome unfinished = First(Message(4097)[..^1]);
        unfinished.Status.Should().Be(DecodeStatus.NeedMore, "the limit is passed by the byte beyond it, not reached by waiting");
    }

    [Theory]
    [InlineData("{", null)]
    [InlineData("""{"Id":5""", null)] // the 5 may go on
    [InlineData("""{"Id":5,""", 5L)]
    [InlineData("""{"Id":5 """, 5L)]
    [InlineData("""{"Id":5,"Id":6,""", null)]
    [InlineData("""{"A":1,"B":2,"Id":7,"X":[1,{"Id":8,""", 7L)]
    [InlineData("""{"A":1,"B":2,"Id":7} {"A":1""", null)]
    [InlineData("""{"A":1,"B":2, "Id":7} {"A":1""", null)]
    public void An_interrupted_message_gives_back_the_Id_read_so_far(string stream, long? id)
    {
        var decoder = new RequestDecoder();
        byte[] bytes = Encoding.UTF8.GetBytes(stream);
        for (int at = 0, consumed; at < bytes.Length; at += consumed)
            decoder.Decode(bytes.AsSpan(at), out consumed, out _);
        decoder.IsInsideMessage.Should().BeTrue();
        decoder.Interrupt(ErrorCode.Truncated).Should().Be(new ProtocolError(ErrorCode.Truncated, Id: id));
        decoder.Interrupt(ErrorCode.Timeout).Should().Be(new ProtocolError(ErrorCode.Timeout, Id: id));
    }

    [Fact]
    public void Between_messages_there_is_nothing_to_truncate_and_no_Id()
    {
        var decoder = new RequestDecoder();
        decoder.IsInsideMessage.Should().BeFalse();
        decoder.Decode(" \n"u8, out _, out _).Should().Be(DecodeStatus.NeedMore);
        decoder.IsInsideMessage.Should().BeFalse();
        decoder.Decode("{ \"A\":1,\"B\":2,\"Id\":5}\n "u8, out _, out _).Should().Be(DecodeStatus.Message);
        decoder.IsInsideMessage.Should().BeFalse();
        decoder.Interrupt(ErrorCode.Timeout).Should().Be(new ProtocolError(ErrorCode.Timeout));
    }
}
