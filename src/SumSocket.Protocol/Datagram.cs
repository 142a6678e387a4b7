namespace SumSocket.Protocol;

/// <summary>Reads a message that is a whole datagram: at most 1,200 bytes, only white space around it.</summary>
public static class Datagram
{
    /// <summary>Reads the one request of a datagram; false when it holds anything else.</summary>
    public static bool TryRead(ReadOnlySpan<byte> datagram, out Request request)
    {
        request = default;
        var decoder = default(RequestDecoder);
        return datagram.Length <= ProtocolLimits.MaxDatagramLength
            && decoder.Decode(datagram, out int consumed, out request) == DecodeStatus.Message
            && EndsAt(consumed, datagram);
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

    private static bool EndsAt(int position, ReadOnlySpan<byte> datagram) =>
        position + JsonScanner.CountWhiteSpace(datagram[position..]) == datagram.Length;
}
