namespace SumSocket.Protocol;

/// <summary>What a decoder made of the bytes it was given.</summary>
public enum DecodeStatus : byte
{
    /// <summary>Every byte was taken and no message has ended: come back with the bytes that follow.</summary>
    NeedMore,

    /// <summary>A message was decoded.</summary>
    Message,

    /// <summary>A message ended that breaks a rule about its members; the stream goes on behind it.</summary>
    Rejected,

    /// <summary>The stream cannot be followed any further. The decoder must not be used again.</summary>
    Broken,
}
