using SumSocket.Protocol.Json;

namespace SumSocket.Protocol;

/// <summary>Reads an answer that is a whole datagram: one message, white space around it allowed, nothing else.</summary>
public static class DatagramResponse
{
    /// <summary>Reads the one answer of a datagram.</summary>
    /// <param name="datagram">All of its bytes.</param>
    /// <param name="response">The answer.</param>
    /// <returns>False for everything that is not exactly one answer, one that was cut on its way for example.</returns>
    public static bool TryRead(ReadOnlySpan<byte> datagram, out Response response)
    {
        response = default;
        if (datagram.Length > ProtocolLimits.MaxDatagramLength)
            return false;
        var decoder = default(ResponseDecoder);
        return decoder.Decode(datagram, out int consumed, out response) == DecodeStatus.Message
            && JsonScanner.CountWhiteSpace(datagram[consumed..]) == datagram.Length - consumed;
    }
}
