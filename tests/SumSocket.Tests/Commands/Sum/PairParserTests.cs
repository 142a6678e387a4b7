using System.Text;
using FluentAssertions;
using SumSocket.Commands.Sum;
using SumSocket.Protocol;
using Xunit;

namespace SumSocket.Tests.Commands.Sum;

public class PairParserTests
{
    [Theory]
    [InlineData("7 4", 7, 4)]
    [InlineData("7,4", 7, 4)]
    [InlineData("7 , 4", 7, 4)]
    [InlineData("7\t4", 7, 4)]
    [InlineData("-7 -4", -7, -4)]
    [InlineData("+7,-4", 7, -4)]
    [InlineData("007 4", 7, 4)]
    [InlineData("-9223372036854775808 9223372036854775807", long.MinValue, long.MaxValue)]
    [InlineData("{\"A\":7,\"B\":4}", 7, 4)]
    [InlineData("{ \"B\" : 4, \"x\":[1], \"A\":7, \"Id\":5 }", 7, 4)]
    public void Reads_a_pair(string line, long a, long b)
    {
        PairParser.Read(Encoding.UTF8.GetBytes(line), out Request pair).Should().BeNull();
        (pair.A, pair.B).Should().Be((a, b));
    }

    [Theory]
    [InlineData("7", PairParser.Expected)]
    [InlineData("7,", PairParser.Expected)]
    [InlineData(",7", PairParser.Expected)]
    [InlineData("7,,4", PairParser.Expected)]
    [InlineData("7 4 1", PairParser.Expected)]
    [InlineData("7-4", PairParser.Expected)]
    [InlineData("7.5 4", PairParser.Expected)]
    [InlineData("1e3 4", PairParser.Expected)]
    [InlineData("seven 4", PairParser.Expected)]
    [InlineData("7 four", PairParser.Expected)]
    [InlineData("- 4", PairParser.Expected)]
    [InlineData("0x7 4", PairParser.Expected)]
    [InlineData("9223372036854775808 1", "a number is outside the signed 64-bit range")]
    [InlineData("1 -9223372036854775809", "a number is outside the signed 64-bit range")]
    [InlineData("{\"A\":7}", "B is missing")]
    [InlineData("{\"A\":7.0,\"B\":4}", "A is not a plain JSON integer")]
    [InlineData("{\"A\":7,\"B\":4", "the message ended in the middle")]
    [InlineData("{\"A\":7,\"B\":4}{\"A\":7,\"B\":4}", "more than one request on a line")]
    [InlineData("{\"A\":7,\"B\":4} 5", "more than one request on a line")]
    [InlineData("{7,4}", "not a JSON object in UTF-8")]
    public void Says_why_a_line_is_none(string line, string why) =>
        PairParser.Read(Encoding.UTF8.GetBytes(line), out _).Should().Be(why);
}
