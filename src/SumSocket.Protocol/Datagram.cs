namespace SumSocket.Protocol;

/// <summary>Reads a message that is a whole datagram: at most 1,200 bytes, only white space around it.</summary>
public static class Datagram
{
    /// <summary>Reads the one request of a datagram; false when it holds anything else.</summary>
    public static bool TryRead(ReadOnlySpan<byte> datagram, out Request request) => TryRead(datagram, out request, out _);

    /// <summary>The same, with what the request asks for beside the sum; null for nothing.</summary>
    public static bool TryRead(ReadOnlySpan<byte> datagram, out Request request, out RequestProbe? probe)
    {
        request = default;
        var decoder = default(RequestDecoder);
        bool isRequest = datagram.Length <= ProtocolLimits.MaxDatagramLength
            && decoder.Decode(datagram, out int consumed, out request) == DecodeStatus.Message
            && EndsAt(consumed, datagram);
        probe = decoder.Probe;
        return isRequest;
    }

    /// <summary>Reads the one answer of a datagram; false when it holds anything else.</summary>
    public static bool TryRead(ReadOnlySpan<byte> datagram, out Response response)
    {
        response = default;
        var decoder = default(ResponseDecoder);
        return datagram.Length <= ProtocolLimits.MaxDatagramLength
            && decoder.Decode(datagram, out int consumed, out response) == DecodeStatus.Message
            && EndsAt(consumed, datagram);
    }

    /// <summary>The same, with what it reports of the path; null for nothing.</summary>
    public static bool TryRead(ReadOnlySpan<byte> datagram, out Response response, out PathReport? path)
    {
        bool isAnswer = TryRead(datagram, out response);
        path = isAnswer ? PathReport.Read(datagram) : null;
        return isAnswer;
    }

    private static bool EndsAt(int position, ReadOnlySpan<byte> datagram) =>
        position + JsonScanner.CountWhiteSpace(datagram[position..]) == datagram.Length;
}
