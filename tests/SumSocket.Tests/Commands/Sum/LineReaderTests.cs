using System.Text;
using FluentAssertions;
using SumSocket.Commands.Sum;
using Xunit;

namespace SumSocket.Tests.Commands.Sum;

public class LineReaderTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("a\nb\n", "1:a|2:b")]
    [InlineData("a\nb", "1:a|2:b")]
    [InlineData("\n\na\r\n", "1:|2:|3:a\r")]
    public async Task Cuts_lines_wherever_the_stream_is_cut(string input, string expected)
    {
        for (int chunk = 1; chunk <= Math.Max(1, input.Length); chunk++)
            string.Join('|', await ReadAsync(new ChunkedStream(Encoding.ASCII.GetBytes(input), chunk))).Should().Be(expected);
    }

    [Theory]
    [InlineData(LineReader.MaxLength, false)]
    [InlineData(LineReader.MaxLength + 1, true)]
    [InlineData(1_000_000, true)]
    public async Task Gives_up_a_line_beyond_the_limit_and_goes_on_behind_it(int length, bool tooLong)
    {
        string line = new('7', length);
        foreach (int chunk in (int[])[100, 4_096, 65_536])
        {
            List<string> lines = await ReadAsync(new ChunkedStream(Encoding.ASCII.GetBytes($"a\n{line}\nb\n{line}"), chunk));

            string shown = tooLong ? "too long" : line;
            lines.Should().Equal("1:a", $"2:{shown}", "3:b", $"4:{shown}");
        }
    }

    private static async Task<List<string>> ReadAsync(Stream input)
    {
        LineReader reader = new(input);
        List<string> lines = [];
        while (true)
        {
            LineStatus status = reader.Take(out ReadOnlySpan<byte> line);
            if (status == LineStatus.End)
                return lines;
            if (status == LineStatus.NeedMore)
                await reader.FillAsync(TestContext.Current.CancellationToken);
            else
                lines.Add($"{reader.Number}:{(status == LineStatus.TooLong ? "too long" : Encoding.ASCII.GetString(line))}");
        }
    }
}
