namespace SumSocket.Protocol;

/// <summary>Why a request got no sum. The order is the contract's: of the first five that apply to one message, the first wins.</summary>
public enum ErrorCode : byte
{
    /// <summary>No error.</summary>
    None,

    /// <summary><c>missing_member</c>: no A or no B.</summary>
    MissingMember,

    /// <summary><c>duplicate_member</c>: A, B or Id twice, also when one is spelled with escapes.</summary>
    DuplicateMember,

    /// <summary><c>not_an_integer</c>: A, B or Id is not a plain JSON integer (7.0, 1e2, "7", null, ...).</summary>
    NotAnInteger,

    /// <summary><c>out_of_range</c>: A or B outside signed 64 bits, Id outside 0 .. 2^63-1.</summary>
    OutOfRange,

    /// <summary><c>overflow</c>: A and B are fine, their sum is outside signed 64 bits.</summary>
    Overflow,

    /// <summary><c>invalid_json</c>: the bytes are no JSON object, or hold invalid UTF-8. Ends the connection.</summary>
    InvalidJson,

    /// <summary><c>too_deep</c>: nested deeper than <see cref="ProtocolLimits.MaxDepth"/>. Ends the connection.</summary>
    TooDeep,

    /// <summary><c>message_too_long</c>: more than <see cref="ProtocolLimits.MaxMessageLength"/> bytes. Ends the connection.</summary>
    MessageTooLong,

    /// <summary><c>truncated</c>: the peer ended its sending side inside a message. Ends the connection.</summary>
    Truncated,

    /// <summary><c>timeout</c>: a message was begun and not completed before the read deadline. Ends the connection.</summary>
    Timeout,

    /// <summary><c>busy</c>: the server is at its connection limit. Ends the connection.</summary>
    Busy,

    /// <summary>An error code this version does not know, sent by a newer peer. Never sent.</summary>
    Unknown,
}
