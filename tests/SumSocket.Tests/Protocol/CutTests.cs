using System.Text;
using FluentAssertions;
using SumSocket.Protocol;
using Xunit;

namespace SumSocket.Tests.Protocol;

/// <summary>TCP cuts a stream where it likes; the answers must not depend on it.</summary>
public sealed class CutTests
{
    public static TheoryData<string> Streams { get; } =
    [
        """{"A":7,"B":4}{"A":-1,"B":-22,"Id":5}""",
        "{\"A\":7,\"B\":4}\n \r\n\t{\"A\":9223372036854775807,\"B\":-9223372036854775808,\"Id\":9223372036854775807}\n",
        """{ "Id" : 5 , "X" : { "A" : [ 1 , "}" , { } ] } , "A" : -0 , "\u0042" : 12345678 } {"A":1,"B":2}""",
        """{"A":1}{"B":1}{}{"A":1,"A":1,"B":1}{"A":1.5,"B":1}{"A":99999999999999999999,"B":1}{"A":1,"B":1,"Id":-1}{"A":1,"B":1}""",
        """{"S":"é€😀\\\"\/\b\u00e9\ud83d","L":[true,false,null,-0.5e+10],"A":1,"B":2,"Id":3}{"A":1""",
        """{"A":1,"B":2,"Id":7} {"Id":8,"A":tru}""",
        """{"Id":8,"X":[[[[[[[[1]]]]]]]],"A":1,"B":2}""",
        """{"A":1,"B":1} x""",
        """{"X":{"A":1,"B":2},"Y":[{"A":3,"B":4,"Id":5}],"A":6,"B":7}""", // what is nested looks like a message where a cut lets it begin
        """{"Id":5,"A":1,"B":2""",
        """{"Id":5,"Id":6,"A":"\ud8""",
    ];

    // rule T1
    [Theory]
    [MemberData(nameof(Streams))]
    public void One_cut_and_two_cuts_anywhere_change_nothing(string text)
    {
        byte[] stream = Encoding.UTF8.GetBytes(text);
        List<Outcome> uncut = Outcome.AllOf(stream);
        for (int first = 0; first <= stream.Length; first++)
        {
            Same(Outcome.AllOf(stream, first), uncut, first, first);
            for (int second = first; second <= stream.Length; second++)
                Same(Outcome.AllOf(stream, first, second), uncut, first, second);
        }
    }

    [Theory]
    [InlineData(new byte[] { 0xC3, 0x28 })]
    [InlineData(new byte[] { 0xE2, 0x82, 0x41 })]
    [InlineData(new byte[] { 0xF0, 0x9F, 0x98, 0x22 })]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 })]
    [InlineData(new byte[] { 0xF4, 0x90, 0x80, 0x80 })]
    public void Bad_UTF8_is_found_whatever_the_cut(byte[] bad)
    {
        byte[] stream = [.. "{\"Id\":5,\"X\":\""u8, .. bad, .. "\",\"A\":1,\"B\":2}"u8];
        List<Outcome> uncut = Outcome.AllOf(stream);
        uncut.Should().ContainSingle().Which.Error.Should().Be(new ProtocolError(ErrorCode.InvalidJson, Id: 5));
        for (int first = 0; first <= stream.Length; first++)
        {
            for (int second = first; second <= stream.Length; second++)
                Same(Outcome.AllOf(stream, first, second), uncut, first, second);
        }
    }

    [Fact]
    public void A_cut_anywhere_in_a_message_that_is_too_long_changes_nothing()
    {
        byte[] stream = [.. "{\"Id\":5,\"X\":\""u8, .. Enumerable.Repeat((byte)'x', 5000)];
        List<Outcome> uncut = Outcome.AllOf(stream);
        uncut.Should().ContainSingle().Which.Error.Should().Be(new ProtocolError(ErrorCode.MessageTooLong, Id: 5));
        for (int cut = 0; cut <= stream.Length; cut++)
            Same(Outcome.AllOf(stream, cut), uncut, cut, cut);
    }

    [Fact]
    public void A_million_byte_stream_of_random_requests_decodes_alike_in_random_pieces()
    {
        var random = new Random(1);
        byte[] stream = new byte[Fuzz.Cases(1_000_000)];
        int length = 0;
        var requests = new List<Request>();
        while (stream.Length - length >= MessageWriter.MaxRequestLength)
        {
            Request request = RandomMessages.Request(random);
            requests.Add(request);
            length += MessageWriter.WriteRequest(stream.AsSpan(length), request);
        }

        int[] cuts = [.. Enumerable.Range(0, 5000).Select(_ => random.Next(length)).Order()];
        List<Outcome> outcomes = Outcome.AllOf(stream.AsSpan(0, length), cuts);
        outcomes.SkipLast(1).Select(outcome => outcome.Request).Should().Equal(requests);
        outcomes[^1].Should().Be(new Outcome(DecodeStatus.NeedMore, default, default, length));
    }

    private static void Same(List<Outcome> cut, List<Outcome> uncut, int first, int second)
    {
        if (!cut.SequenceEqual(uncut))
            Assert.Fail($"Cut at {first} and {second}:\n{string.Join('\n', cut)}\nuncut:\n{string.Join('\n', uncut)}");
    }
}
