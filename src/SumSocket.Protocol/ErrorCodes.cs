using System.Buffers.Binary;

namespace SumSocket.Protocol;

/// <summary>The spelling of each <see cref="ErrorCode"/> on the wire, and what it means for the connection.</summary>
public static class ErrorCodes
{
    /// <summary>The length of the longest code on the wire, in bytes.</summary>
    internal const int MaxNameLength = 16;

    private static readonly (ErrorCode Code, string Name, UInt128 Packed)[] _all =
    [
        Row(ErrorCode.MissingMember, "missing_member"),
        Row(ErrorCode.DuplicateMember, "duplicate_member"),
        Row(ErrorCode.NotAnInteger, "not_an_integer"),
        Row(ErrorCode.OutOfRange, "out_of_range"),
        Row(ErrorCode.Overflow, "overflow"),
        Row(ErrorCode.InvalidJson, "invalid_json"),
        Row(ErrorCode.TooDeep, "too_deep"),
        Row(ErrorCode.MessageTooLong, "message_too_long"),
        Row(ErrorCode.Truncated, "truncated"),
        Row(ErrorCode.Timeout, "timeout"),
        Row(ErrorCode.Busy, "busy"),
    ];

    /// <summary>The code as it stands in the <c>Error</c> member, for example <c>overflow</c>; <c>unknown</c> for what never goes on the wire.</summary>
    public static string ToWireName(this ErrorCode code)
    {
        foreach ((ErrorCode candidate, string name, _) in _all)
        {
            if (candidate == code)
                return name;
        }

        return code == ErrorCode.None ? "none" : "unknown";
    }

    /// <summary>True when the byte stream cannot be followed past this error, so that the connection is closed after it was answered.</summary>
    // rule E1
    public static bool EndsConnection(this ErrorCode code) => code is >= ErrorCode.InvalidJson and <= ErrorCode.Busy;

    /// <summary>The code whose wire name, packed as <see cref="Pack"/> does, is <paramref name="packed"/>.</summary>
    // rule E2
    internal static ErrorCode FromPacked(UInt128 packed)
    {
        foreach ((ErrorCode code, _, UInt128 candidate) in _all)
        {
            if (candidate == packed)
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

    private static (ErrorCode Code, string Name, UInt128 Packed) Row(ErrorCode code, string name) => (code, name, Pack(name));
}
