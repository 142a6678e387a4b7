namespace SumSocket.Protocol;

/// <summary>Why a request got no sum. Of the first five that apply to one message, the first wins.</summary>
public enum ErrorCode : byte
{
    /// <summary>No error.</summary>
    None,

    /// <summary>No A or no B.</summary>
    MissingMember,

    /// <summary>A, B, Id or Delay twice, also when one is spelled with escapes.</summary>
    DuplicateMember,

    /// <summary>A, B, Id or Delay is not a plain JSON integer (7.0, 1e2, "7", null, ...).</summary>
    NotAnInteger,

    /// <summary>A or B outside signed 64 bits, Id outside 0 .. 2^63-1, Delay negative or longer than allowed.</summary>
    OutOfRange,

    /// <summary>A and B are fine, their sum is outside signed 64 bits.</summary>
    Overflow,

    /// <summary>The bytes are no JSON object, or hold invalid UTF-8. Ends the connection, as all that follow.</summary>
    InvalidJson,

    /// <summary>Nested deeper than <see cref="ProtocolLimits.MaxDepth"/>.</summary>
    TooDeep,

    /// <summary>More than <see cref="ProtocolLimits.MaxMessageLength"/> bytes.</summary>
    MessageTooLong,

    /// <summary>The peer ended its sending side inside a message.</summary>
    Truncated,

    /// <summary>A message was begun and not completed before the read deadline.</summary>
    Timeout,

    /// <summary>The server is at its connection limit.</summary>
    Busy,

    /// <summary>A code this version does not know, sent by a newer peer. Never sent.</summary>
    Unknown,
}

/// <summary>The spelling of each <see cref="ErrorCode"/> on the wire, and what it means for the connection.</summary>
public static class ErrorCodes
{
    /// <summary>The length of the longest code on the wire, in bytes.</summary>
    internal const int MaxNameLength = 16;

    private static readonly string[] _names =
    [
        "none", "missing_member", "duplicate_member", "not_an_integer", "out_of_range", "overflow",
        "invalid_json", "too_deep", "message_too_long", "truncated", "timeout", "busy", "unknown",
    ];

    private static readonly UInt128[] _packed = [.. _names.Select(name => Pack(name))];

    /// <summary>The code as it stands in the <c>Error</c> member. <c>none</c> and <c>unknown</c> are for people and never sent.</summary>
    public static string ToWireName(this ErrorCode code) => _names[Math.Min((int)code, (int)ErrorCode.Unknown)];

    /// <summary>True when the byte stream cannot be followed past this error: it is answered, then the connection is closed.</summary>
    // rule E1
    public static bool EndsConnection(this ErrorCode code) => code is >= ErrorCode.InvalidJson and <= ErrorCode.Busy;

    /// <summary>The code whose wire name, packed as <see cref="Pack"/> does, is <paramref name="packed"/>.</summary>
    // rule E2
    internal static ErrorCode FromPacked(UInt128 packed)
    {
        for (ErrorCode code = ErrorCode.MissingMember; code < ErrorCode.Unknown; code++)
        {
            if (_packed[(int)code] == packed)
                return code;
        }

        return ErrorCode.Unknown;
    }

    /// <summary>Up to 16 ASCII characters as one number, the last character in its lowest byte.</summary>
    internal static UInt128 Pack(ReadOnlySpan<char> text)
    {
        Span<byte> bytes = stackalloc byte[MaxNameLength];
        for (int i = 0; i < text.Length; i++)
            bytes[MaxNameLength - text.Length + i] = (byte)text[i];
        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }
}
