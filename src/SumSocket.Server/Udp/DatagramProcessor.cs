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
    /// <param name="request">The request that is answered.</param>
    /// <param name="probe">What it asks for beside the sum; null for nothing.</param>
    public static DropReason Answer(
        ReadOnlySpan<byte> datagram, Span<byte> answer, out int length, out Request request, out RequestProbe? probe)
    {
        (length, request, probe) = (0, default, null);
        if (datagram.IsEmpty)
            return DropReason.Empty;
        if (datagram.Length > ProtocolLimits.MaxDatagramLength)
            return DropReason.TooLong;
        // rule U2
        if (!Datagram.TryRead(datagram, out request, out probe))
            return DropReason.NotARequest;
        length = request.TryAdd(out long sum)
            ? MessageWriter.WriteSum(answer, sum, request.Id)
            : WriteOverflow(request, answer, datagram.Length);
        // rule U3
        return length > datagram.Length ? DropReason.AnswerTooLong : DropReason.None;
    }

    /// <summary>Writes an answer that also reports where the request came from, if that is not longer than the request.</summary>
    /// <returns>The length of the answer; 0 when there is no room for the report.</returns>
    // rule O6
    public static int WritePath(in Request request, EndPoint peer, Span<byte> answer, int maxLength)
    {
        if (!request.TryAdd(out long sum))
            return 0;
        Span<byte> text = stackalloc byte[MessageWriter.MaxPathResponseLength];
        int length = MessageWriter.WriteSum(text, sum, request.Id, new PathReport { Peer = peer.ToString() });
        return length <= maxLength && text[..length].TryCopyTo(answer) ? length : 0;
    }

    /// <summary>Without its sentence where that would make it longer than the request.</summary>
    private static int WriteOverflow(in Request request, Span<byte> answer, int maxLength)
    {
        var error = new ProtocolError(ErrorCode.Overflow, Member.Other, request.Id);
        int length = MessageWriter.WriteError(answer, error);
        return length <= maxLength ? length : MessageWriter.WriteError(answer, error, withMessage: false);
    }
}
