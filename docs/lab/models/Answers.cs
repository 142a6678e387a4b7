using SumSocket.Protocol;

namespace SumSocket.Lab.Models;

/// <summary>The part that all models share: bytes in, bytes out. It keeps its place inside a message, and no bytes.</summary>
internal sealed class Answers
{
    /// <summary>What a server reads at a time.</summary>
    public const int InputLength = 4096;

    /// <summary>Room for all answers to that: the shortest request has 13 bytes, the longest answer without an error fewer than
    /// 64.</summary>
    public const int OutputLength = InputLength / 13 * 64 + 64;

    private RequestDecoder _decoder;

    /// <summary>Answers every whole request.</summary>
    /// <returns>The length of the answers; -1 when the peer sent what is no request.</returns>
    public int Write(ReadOnlySpan<byte> input, Span<byte> output)
    {
        int length = 0;
        while (true)
        {
            DecodeStatus status = _decoder.Decode(input, out int consumed, out Request request);
            if (status == DecodeStatus.NeedMore)
                return length;
            if (status != DecodeStatus.Message || !request.TryAdd(out long sum))
                return -1;
            length += MessageWriter.WriteSum(output[length..], sum, request.Id);
            input = input[consumed..];
        }
    }
}
