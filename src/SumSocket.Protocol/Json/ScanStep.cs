namespace SumSocket.Protocol.Json;

/// <summary>Why the scanner stopped.</summary>
internal enum ScanStep : byte
{
    /// <summary>Every byte was taken.</summary>
    NeedMore,

    /// <summary>A member of the message itself has ended.</summary>
    Member,

    /// <summary>The message has ended.</summary>
    End,

    /// <summary>The bytes are no JSON object in UTF-8.</summary>
    InvalidJson,

    /// <summary>One bracket too many is open.</summary>
    TooDeep,

    /// <summary>The message does not end within its limit.</summary>
    TooLong,
}

/// <summary>The kinds of value that the decoders tell apart.</summary>
internal enum ScannedValue : byte
{
    /// <summary>Anything but the two below: a literal, an array, an object, a number with fraction or exponent.</summary>
    Other,

    /// <summary>A number without fraction and exponent.</summary>
    Integer,

    /// <summary>A string.</summary>
    String,
}
