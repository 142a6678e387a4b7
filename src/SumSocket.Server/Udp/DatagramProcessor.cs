using SumSocket.Protocol.Json;

namespace SumSocket.Server.Udp;

/// <summary>Turns one datagram into the bytes of its answer, or into the reason why it gets none. No I/O, no state.</summary>
internal static class DatagramProcessor
{
    /// <summary>Answers a request with integer A and B, and nothing else: else two servers could answer each other for ever, and an answer
    /// longer than its request could flood a forged sender (RFC 8085, section 6; RFC 9000, section 8.1).</summary>
    /// <param name="datagram">What was received.</param>
    /// <param name="answer">At least <see cref="MessageWriter.MaxResponseLength"/> bytes.</param>
    /// <param name="length">The length of the answer.</param>
    public static DropReason Answer(ReadOnlySpan<byte> datagram, Span<byte> answer, out int length)
    {
        length = 0;
        if (datagram.IsEmpty)
            return DropReason.Empty;
        if (datagram.Length > ProtocolLimits.MaxDatagramLength)
            return DropReason.TooLong;
        // rule U2
        if (!Datagram.TryRead(datagram, out Request request))
            return DropReason.NotARequest;
        length = request.TryAdd(out long sum)
            ? MessageWriter.WriteSum(answer, sum, request.Id)
            : WriteOverflow(request, answer, datagram.Length);
        // rule U3
        return length > datagram.Length ? DropReason.AnswerTooLong : DropReason.None;
    }

    /// <summary>Without its sentence where that would make it longer than the request.</summary>
    private static int WriteOverflow(in Request request, Span<byte> answer, int maxLength)
    {
        var error = new ProtocolError(ErrorCode.Overflow, Member.Other, request.Id);
        int length = MessageWriter.WriteError(answer, error);
        return length <= maxLength ? length : MessageWriter.WriteError(answer, error, withMessage: false);
    }
}
