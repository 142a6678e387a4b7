using Microsoft.Extensions.Logging;
using SumSocket.Protocol;

namespace SumSocket.Server.Tcp;

/// <summary>Turns the bytes of one connection into the bytes of its answers. No I/O, no clock.</summary>
/// <param name="log">Where each request and answer is told; null when nobody listens, which is checked once and not per request.</param>
/// <param name="connectionId">The connection's number in the log.</param>
internal struct RequestAnswerer(ILogger? log, long connectionId)
{
    private RequestDecoder _decoder; // mutable: must not be readonly

    /// <summary>How many requests were answered, errors included.</summary>
    public long Answered { get; private set; }

    /// <summary>How many of them were answered with an error.</summary>
    public long Errors { get; private set; }

    /// <summary>Whether a message was begun and has not ended.</summary>
    public readonly bool IsInsideMessage => _decoder.IsInsideMessage;

    /// <summary>Answers every whole message of <paramref name="input"/>, in order, as far as <paramref name="output"/> has room for an answer.</summary>
    /// <param name="input">Bytes of the stream.</param>
    /// <param name="output">Room for at least one answer, <see cref="MessageWriter.MaxResponseLength"/> bytes.</param>
    /// <param name="consumed">How many bytes were taken; less than all when the output is full or the stream broke.</param>
    /// <param name="written">How many bytes of answers there are.</param>
    /// <returns>The error that ends the connection, answered already; <see cref="ErrorCode.None"/> when the stream goes on.</returns>
    public ErrorCode Answer(ReadOnlySpan<byte> input, Span<byte> output, out int consumed, out int written)
    {
        consumed = 0;
        written = 0;
        while (consumed < input.Length && output.Length - written >= MessageWriter.MaxResponseLength)
        {
            DecodeStatus status = _decoder.Decode(input[consumed..], out int taken, out Request request);
            if (status == DecodeStatus.NeedMore)
            {
                consumed += taken;
                break;
            }

            Span<byte> room = output[written..];
            int length = status == DecodeStatus.Message
                ? AnswerRequest(request, room)
                : AnswerError(_decoder.Error, room);
            if (log is not null)
                SumTcpServerLog.RequestAnswered(log, connectionId, VisibleText.Of(input.Slice(consumed, taken)), VisibleText.Of(room[..length]));
            Answered++;
            consumed += taken;
            written += length;
            if (status == DecodeStatus.Broken)
                return _decoder.Error.Code;
        }

        return ErrorCode.None;
    }

    /// <summary>Writes the error for a message that will not be completed, <see cref="ErrorCode.Truncated"/> or <see cref="ErrorCode.Timeout"/>.</summary>
    /// <returns>The bytes written.</returns>
    public int Interrupt(ErrorCode code, Span<byte> output)
    {
        Answered++;
        return AnswerError(_decoder.Interrupt(code), output);
    }

    private int AnswerRequest(in Request request, Span<byte> output) => SumHandler.TryAdd(request, out long sum)
        ? MessageWriter.WriteSum(output, sum, request.Id)
        : AnswerError(new ProtocolError(ErrorCode.Overflow, Member.Other, request.Id), output);

    private int AnswerError(in ProtocolError error, Span<byte> output)
    {
        Errors++;
        return MessageWriter.WriteError(output, error);
    }
}
