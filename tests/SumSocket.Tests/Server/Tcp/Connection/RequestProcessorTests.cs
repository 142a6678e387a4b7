using System.Text;
using FluentAssertions;
using SumSocket.Protocol;
using SumSocket.Server.Tcp.Connection;
using Xunit;

namespace SumSocket.Tests.Server.Tcp.Connection;

public sealed class RequestProcessorTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(-1 + 11, 1)] // an answer is shorter than the longest, and there must be room for that
    [InlineData(11, 2)]
    [InlineData(1_000, 3)]
    public void Answers_as_many_as_there_is_room_for(int more, int expected)
    {
        RequestProcessor processor = new(1);
        byte[] input = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("{\"A\":7,\"B\":4}", 3)));
        byte[] output = new byte[MessageWriter.MaxResponseLength + more];

        processor.Answer(input, output, log: null, out int consumed, out int written).Should().Be(ErrorCode.None);

        (consumed, written).Should().Be((expected * input.Length / 3, expected * "{\"Sum\":11}\n".Length));
        (processor.Answered, processor.Errors).Should().Be((expected, 0));
    }

    [Fact]
    public void The_last_answer_counts_as_well()
    {
        RequestProcessor processor = new(1);
        byte[] output = new byte[MessageWriter.MaxResponseLength];
        processor.Answer("{\"A\":7,"u8, output, log: null, out int consumed, out _);
        (consumed, processor.IsInsideMessage).Should().Be((7, true));

        processor.Interrupt(ErrorCode.None, output).Should().Be(0);
        (processor.Answered, processor.Errors).Should().Be((0, 0));
        int length = processor.Interrupt(ErrorCode.Timeout, output);

        Encoding.ASCII.GetString(output, 0, length).Should().StartWith("{\"Error\":\"timeout\"");
        (processor.Answered, processor.Errors).Should().Be((1, 1));
    }
}
