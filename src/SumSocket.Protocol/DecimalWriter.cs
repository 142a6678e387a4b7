using System.Buffers.Binary;
using System.Buffers.Text;
using System.Numerics;

namespace SumSocket.Protocol;

/// <summary>Writes decimal integers, eight digits at a time, without a loop over the digits or a branch on how many there are.</summary>
internal static class DecimalWriter
{
    private const uint EightDigits = 100_000_000;
    private const int MaxLength = 32; // what is written below before it is cut to length: a sign, four digits and twice eight, in whole words

    /// <summary>Writes <c>-?(0|[1-9][0-9]*)</c>.</summary>
    /// <param name="destination">Where to write, from its first byte.</param>
    /// <param name="value">The number.</param>
    /// <returns>The bytes written, 1 to 20.</returns>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public static int Write(Span<byte> destination, long value)
    {
        if (destination.Length < MaxLength)
        {
            return Utf8Formatter.TryFormat(value, destination, out int written)
                ? written
                : throw new ArgumentException("The destination is too short.", nameof(destination));
        }

        long sign = value >> 63;
        int length = (int)-sign;
        destination[0] = (byte)'-'; // overwritten by the first digit when there is no sign
        ulong magnitude = (ulong)((value ^ sign) - sign);
        if (magnitude < EightDigits)
            return length + WriteLeading(destination[length..], (uint)magnitude);
        ulong high = magnitude / EightDigits;
        uint low = (uint)(magnitude - high * EightDigits);
        if (high < EightDigits)
        {
            length += WriteLeading(destination[length..], (uint)high);
        }
        else
        {
            uint highest = (uint)(high / EightDigits);
            length += WriteLeading(destination[length..], highest);
            WriteEight(destination[length..], Spread((uint)(high - (ulong)highest * EightDigits)));
            length += sizeof(ulong);
        }

        WriteEight(destination[length..], Spread(low));
        return length + sizeof(ulong);
    }

    private static int WriteLeading(Span<byte> destination, uint value)
    {
        ulong digits = Spread(value);
        int zeros = BitOperations.TrailingZeroCount(digits | 1UL << 56) >> 3; // the last digit stays, also when it is 0
        WriteEight(destination, digits >> 8 * zeros);
        return sizeof(ulong) - zeros;
    }

    private static void WriteEight(Span<byte> destination, ulong digits) =>
        BinaryPrimitives.WriteUInt64LittleEndian(destination, digits | 0x3030303030303030);

    /// <summary>
    /// The eight digits of a number below 10^8 in the eight bytes of a word, the most significant in the lowest: split into fours, pairs and single
    /// digits. The products stand for divisions by 100 and 10, exact for numbers this small, in every lane at once.
    /// </summary>
    private static ulong Spread(uint value)
    {
        uint fours = value / 10_000;
        ulong word = fours | (ulong)(value - fours * 10_000) << 32;
        ulong pairs = (word * 10_486 >> 20) & 0x0000007F0000007F;
        word = pairs | (word - pairs * 100) << 16;
        ulong tens = (word * 103 >> 10) & 0x000F000F000F000F;
        return tens | (word - tens * 10) << 8;
    }
}
