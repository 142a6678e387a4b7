using System.Runtime.CompilerServices;
using System.Text;
using FluentAssertions;
using SumSocket.Protocol;
using Xunit;

namespace SumSocket.Tests.Protocol;

/// <summary>What decoding costs, by counting: nothing allocated, and each byte once.</summary>
public sealed class DecodingCostTests
{
    [Theory]
    [InlineData("""{"A":7,"B":4}""")]
    [InlineData("""{"A":-9223372036854775808,"B":9223372036854775807,"Id":9223372036854775807}""")]
    [InlineData("""{ "Id" : 5 , "X" : [ { "\ud800é" : "}\"" } , null , 1e5 ] , "\u0041" : 1 , "B" : 2 }""")]
    [InlineData("""{"A":1}""")]
    public void A_request_and_its_answer_allocate_nothing(string message)
    {
        byte[] stream = Encoding.UTF8.GetBytes(message);
        byte[] answer = new byte[MessageWriter.MaxResponseLength];
        byte[] encoded = new byte[MessageWriter.MaxRequestLength];
        var decoder = new RequestDecoder();
        var answers = new ResponseDecoder();
        int done = 0;

        long allocated = Allocations.OfThisThread(() =>
        {
            for (int i = 0; i < 5_000; i++)
            {
                int cut = (i & 1) == 0 ? 0 : stream.Length / 2; // in one piece and in two
                if (cut > 0)
                    decoder.Decode(stream.AsSpan(0, cut), out _, out _);
                DecodeStatus status = decoder.Decode(stream.AsSpan(cut), out _, out Request request);
                int length = status == DecodeStatus.Message
                    ? MessageWriter.WriteSum(answer, request.A + request.B, request.Id)
                    : MessageWriter.WriteError(answer, decoder.Error);
                MessageWriter.WriteRequest(encoded, request);
                if (answers.Decode(answer.AsSpan(0, length), out _, out _) == DecodeStatus.Message)
                    done++;
            }
        });

        allocated.Should().Be(0);
        done.Should().Be(6 * 5_000);
    }

    [Fact]
    public void A_decoder_has_nowhere_to_keep_input_so_no_byte_can_be_looked_at_twice()
    {
        RuntimeHelpers.IsReferenceOrContainsReferences<RequestDecoder>().Should().BeFalse();
        Unsafe.SizeOf<RequestDecoder>().Should().BeLessThanOrEqualTo(192);
        RuntimeHelpers.IsReferenceOrContainsReferences<ResponseDecoder>().Should().BeFalse();
        Unsafe.SizeOf<ResponseDecoder>().Should().BeLessThanOrEqualTo(192);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(64)]
    public void A_message_fed_in_pieces_takes_every_byte_exactly_once(int piece)
    {
        byte[] message = [.. "{\"A\":1,\"B\":2,\"X\":\""u8, .. Enumerable.Repeat((byte)'x', 4000), .. "\"}"u8];
        var decoder = new RequestDecoder();
        int fed = 0, taken = 0, messages = 0;
        for (int at = 0; at < message.Length; at += piece)
        {
            ReadOnlySpan<byte> bytes = message.AsSpan(at, Math.Min(piece, message.Length - at));
            fed += bytes.Length;
            DecodeStatus status = decoder.Decode(bytes, out int consumed, out Request request);
            taken += consumed;
            consumed.Should().Be(bytes.Length);
            if (status == DecodeStatus.Message && request == new Request(1, 2))
                messages++;
        }

        (fed, taken, messages).Should().Be((message.Length, message.Length, 1));
    }
}
