using SumSocket.Protocol.Json;

namespace SumSocket.Protocol;

/// <summary>Reads a request that is a whole datagram: one message, white space around it allowed, nothing else.</summary>
public static class DatagramRequest
{
    /// <summary>Reads the one request of a datagram.</summary>
    /// <param name="datagram">All of its bytes.</param>
    /// <param name="request">The request.</param>
    /// <returns>False for everything that is not exactly one request with integer A and B; over UDP none of that is answered.</returns>
    public static bool TryRead(ReadOnlySpan<byte> datagram, out Request request)
    {
        request = default;
        if (datagram.Length > ProtocolLimits.MaxDatagramLength)
            return false;
        var decoder = default(RequestDecoder);
        return decoder.Decode(datagram, out int consumed, out request) == DecodeStatus.Message
            && JsonScanner.CountWhiteSpace(datagram[consumed..]) == datagram.Length - consumed;
    }
}
