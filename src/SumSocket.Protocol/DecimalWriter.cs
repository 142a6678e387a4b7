using System.Buffers.Text;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SumSocket.Protocol;

/// <summary>
/// Writes decimal integers: sixteen digits in one vector, without a loop over them or a branch on how many there are. Half the time of one digit
/// word after the other, and a twentieth of a pipelined request.
/// </summary>
internal static class DecimalWriter
{
    /// <summary>The room below which a number is written the slow way: a sign and one whole vector.</summary>
    private const int MaxLength = 1 + 16;

    private const ulong EightDigits = 100_000_000;
    private const ulong SixteenDigits = EightDigits * EightDigits;

    /// <summary>From the byte at <c>n</c> on: the selection that moves a vector to the left by <c>n</c> bytes.</summary>
    private static ReadOnlySpan<byte> MoveLeft =>
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15];

    /// <summary>Writes <c>-?(0|[1-9][0-9]*)</c>. Bytes behind the number may be written over.</summary>
    /// <param name="destination">Where to write, from its first byte.</param>
    /// <param name="value">The number.</param>
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

        Vector128<byte> digits = Digits(magnitude);
        uint zeros = Vector128.Equals(digits, Vector128<byte>.Zero).ExtractMostSignificantBits();
        int leading = BitOperations.TrailingZeroCount(~zeros | 1u << 15); // the last digit stays, also when it is 0
        Vector128<byte> text = digits | Vector128.Create((byte)'0');
        Vector128<byte> selection = Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(MoveLeft), (nuint)leading);
        destination[0] = (byte)'-'; // overwritten by the first digit when there is no sign
        int start = (int)-sign;
        Vector128.ShuffleNative(text, selection).CopyTo(destination[start..]);
        return start + Vector128<byte>.Count - leading;
    }

    /// <summary>
    /// The sixteen digits of a number below 10^16, the most significant first: split into fours, pairs and single digits. The products stand for
    /// divisions by 100 and 10, exact for numbers this small, in every lane at once.
    /// </summary>
    private static Vector128<byte> Digits(ulong value)
    {
        uint high = (uint)(value / EightDigits);
        uint low = (uint)(value - high * EightDigits);
        uint highest = high / 10_000;
        uint middle = low / 10_000;
        Vector128<uint> fours = Vector128.Create(highest, high - highest * 10_000, middle, low - middle * 10_000);
        Vector128<uint> hundreds = fours * 10_486 >>> 20;
        Vector128<ushort> pairs = (hundreds | (fours - hundreds * 100) << 16).AsUInt16();
        Vector128<ushort> tens = pairs * 103 >>> 10;
        return (tens | (pairs - tens * 10) << 8).AsByte();
    }
}
