using System.Buffers.Text;
using System.Numerics;
using System.Runtime.Intrinsics;

namespace SumSocket.Protocol.FastPath;

/// <summary>Writes decimal integers: sixteen digits in one vector, without a loop over them or a branch on their number. Half the time of
/// writing digit by digit, and a twentieth of a pipelined request.</summary>
internal static class DecimalWriter
{
    /// <summary>The room below which a number is written the slow way: a sign and one whole vector.</summary>
    private const int MaxLength = 1 + 16;

    private const ulong SixteenDigits = 10_000_000_000_000_000;

    /// <summary>Writes <c>-?(0|[1-9][0-9]*)</c>. Bytes behind the number may be written over.</summary>
    /// <returns>The bytes written, 1 to 20.</returns>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public static int Write(Span<byte> destination, long value)
    {
        long sign = value >> 63; // all ones below zero
        ulong magnitude = (ulong)((value ^ sign) - sign);
        if (destination.Length < MaxLength || magnitude >= SixteenDigits || !BitConverter.IsLittleEndian)
        {
            return Utf8Formatter.TryFormat(value, destination, out int written)
                ? written
                : throw new ArgumentException("The destination is too short.", nameof(destination));
        }

        Vector128<byte> digits = DecimalDigits.Split(magnitude);
        uint zeros = Vector128.Equals(digits, Vector128<byte>.Zero).ExtractMostSignificantBits();
        int leading = BitOperations.TrailingZeroCount(~zeros | 1u << 15); // the last digit stays, also when it is 0
        destination[0] = (byte)'-'; // overwritten by the first digit when there is no sign
        int start = (int)-sign;
        DecimalDigits.MoveLeft(digits | Vector128.Create((byte)'0'), leading).CopyTo(destination[start..]);
        return start + Vector128<byte>.Count - leading;
    }
}
