namespace SumSocket.Server.Tcp.Connection;

/// <summary>Where the decoder stands inside a message that came in pieces. Only a connection whose peer cuts messages has one: kept in
/// every connection it would make an idle one a sixth larger.</summary>
internal sealed class UnfinishedRequest(in RequestDecoder decoder)
{
    /// <summary>The decoder. A field, since it is a mutable struct that goes on where it was left.</summary>
    public RequestDecoder Decoder = decoder;
}
