using SumSocket.Protocol.Json;

namespace SumSocket.Server.Tcp.Connection;

/// <summary>Turns the bytes of one connection into the bytes of its answers. No I/O, no clock. A mutable struct: never copied.</summary>
/// <param name="connectionId">The connection's number in the log.</param>
internal struct RequestProcessor(long connectionId)
{
    private UnfinishedRequest? _unfinished; // from the first message on that was cut

    /// <summary>The connection's number in the log.</summary>
    public readonly long ConnectionId => connectionId;

    /// <summary>How many requests were answered, errors included.</summary>
    public long Answered { get; private set; }

    /// <summary>How many of them were answered with an error.</summary>
    public long Errors { get; private set; }

    /// <summary>Whether a message was begun and has not ended.</summary>
    public readonly bool IsInsideMessage => _unfinished is { } unfinished && unfinished.Decoder.IsInsideMessage;

    /// <summary>The request that <see cref="Answer(ReadOnlySpan{byte}, Span{byte}, ILogger?, out int, out int)"/> stopped behind, since
    /// <see cref="AnswerHeld"/> answers it; null for none.</summary>
    public HeldRequest? Held { get; private set; }

    /// <summary>Answers every whole message of <paramref name="input"/>, in order, while <paramref name="output"/> has room, and up to
    /// one that is <see cref="Held"/>.</summary>
    /// <param name="input">Bytes of the stream.</param>
    /// <param name="output">Room for at least one answer, <see cref="MessageWriter.MaxResponseLength"/> bytes.</param>
    /// <param name="log">Where each request and answer is logged; null when that is off.</param>
    /// <param name="consumed">How many bytes were taken; less than all when the output is full or the stream broke.</param>
    /// <param name="written">How many bytes of answers there are.</param>
    /// <returns>The error that ends the connection, answered already; <see cref="ErrorCode.None"/> when the stream goes on.</returns>
    public ErrorCode Answer(ReadOnlySpan<byte> input, Span<byte> output, ILogger? log, out int consumed, out int written)
    {
        if (_unfinished is { } unfinished)
            return Answer(ref unfinished.Decoder, input, output, log, out consumed, out written);
        var decoder = default(RequestDecoder);
        ErrorCode broken = Answer(ref decoder, input, output, log, out consumed, out written);
        if (decoder.IsInsideMessage)
            _unfinished = new UnfinishedRequest(decoder);
        return broken;
    }

    private ErrorCode Answer(
        ref RequestDecoder decoder, ReadOnlySpan<byte> input, Span<byte> output, ILogger? log, out int consumed, out int written)
    {
        consumed = 0;
        written = 0;
        while (consumed < input.Length && output.Length - written >= MessageWriter.MaxResponseLength)
        {
            DecodeStatus status = decoder.Decode(input[consumed..], out int taken, out Request request);
            if (status == DecodeStatus.NeedMore)
            {
                consumed += taken;
                break;
            }

            if (decoder.Probe is { } probe)
            {
                consumed += taken;
                Held = new HeldRequest(request, probe);
                break;
            }

            Span<byte> room = output[written..];
            int length = status == DecodeStatus.Message
                ? AnswerRequest(request, room)
                : AnswerError(decoder.Error, room);
            if (log is not null)
                SumTcpServerLog.RequestAnswered(
                    log, connectionId, VisibleText.Of(input.Slice(consumed, taken)), VisibleText.Of(room[..length]));
            Answered++;
            consumed += taken;
            written += length;
            if (status == DecodeStatus.Broken)
                return decoder.Error.Code;
        }

        return ErrorCode.None;
    }

    /// <summary>Writes the last answer of a connection, such as the error for a message that will not be completed.</summary>
    /// <returns>The bytes written; 0 with <see cref="ErrorCode.None"/>.</returns>
    public int Interrupt(ErrorCode code, Span<byte> output)
    {
        if (code == ErrorCode.None)
            return 0;
        Answered++;
        return AnswerError(_unfinished is { } unfinished ? unfinished.Decoder.Interrupt(code) : new ProtocolError(code), output);
    }

    /// <summary>The request that was held is answered.</summary>
    public void ForgetHeld() => Held = null;

    /// <summary>Answers the request that is held.</summary>
    /// <param name="isRefused">Whether its delay is longer than this server allows.</param>
    /// <param name="path">What is reported of the connection; null for nothing.</param>
    /// <param name="output">Room for <see cref="MessageWriter.MaxPathResponseLength"/> bytes.</param>
    /// <param name="log">Where it is logged; null when that is off.</param>
    /// <returns>The bytes written.</returns>
    public int AnswerHeld(bool isRefused, PathReport? path, Span<byte> output, ILogger? log)
    {
        HeldRequest held = Held!;
        Answered++;
        int length = isRefused
            ? AnswerError(new ProtocolError(ErrorCode.OutOfRange, Member.Delay, held.Request.Id), output)
            : path is not null && held.Request.TryAdd(out long sum)
                ? MessageWriter.WriteSum(output, sum, held.Request.Id, path)
                : AnswerRequest(held.Request, output);
        if (log is not null)
        {
            Span<byte> text = stackalloc byte[MessageWriter.MaxProbeRequestLength];
            int textLength = MessageWriter.WriteRequest(text, held.Request, held.Probe);
            SumTcpServerLog.RequestAnswered(log, connectionId, VisibleText.Of(text[..textLength]), VisibleText.Of(output[..length]));
        }

        return length;
    }

    private int AnswerRequest(in Request request, Span<byte> output) => request.TryAdd(out long sum)
        ? MessageWriter.WriteSum(output, sum, request.Id)
        : AnswerError(new ProtocolError(ErrorCode.Overflow, Member.Other, request.Id), output);

    private int AnswerError(in ProtocolError error, Span<byte> output)
    {
        Errors++;
        return MessageWriter.WriteError(output, error);
    }
}

/// <summary>Where the decoder stands inside a message that came in pieces. Only a connection whose peer cuts messages has one: kept in
/// every connection it would make an idle one a sixth larger.</summary>
internal sealed class UnfinishedRequest(in RequestDecoder decoder)
{
    /// <summary>The decoder. A field, since it is a mutable struct that goes on where it was left.</summary>
    public RequestDecoder Decoder = decoder;
}
