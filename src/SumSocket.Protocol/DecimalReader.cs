using System.Buffers.Binary;
using System.Numerics;

namespace SumSocket.Protocol;

/// <summary>Reads plain decimal integers for the fast paths, eight digits at a time.</summary>
internal static class DecimalReader
{
    private const int MaxDigits = 19; // every 19-digit number fits an unsigned 64-bit one

    // A field: a span of constants is an array made for each call where the compiler does not optimise.
    private static readonly ulong[] _powersOfTen = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000];

    /// <summary>Reads <c>-?(0|[1-9][0-9]*)</c> in the signed 64-bit range; false leaves the decision to the general path.</summary>
    /// <param name="input">The bytes.</param>
    /// <param name="position">Where the number starts; moved behind its last digit, which need not be its end if the input stops there.</param>
    /// <param name="value">The number.</param>
    public static bool TryRead(ReadOnlySpan<byte> input, scoped ref int position, out long value)
    {
        bool negative = position < input.Length && input[position] == '-';
        int start = position + (negative ? 1 : 0);
        int at = start;
        ulong magnitude = 0;
        while (input.Length - at >= sizeof(ulong))
        {
            ulong digits = BinaryPrimitives.ReadUInt64LittleEndian(input[at..]) ^ 0x3030303030303030; // '0'..'9' become 0..9
            int count = CountLeadingDigits(digits);
            if (count == 0)
                break;
            magnitude = magnitude * _powersOfTen[count] + EightDigits(digits << (64 - 8 * count));
            at += count;
            if (count < sizeof(ulong) || at - start > MaxDigits)
                break;
        }

        for (; at < input.Length && (uint)(input[at] - '0') <= 9 && at - start <= MaxDigits; at++)
            magnitude = magnitude * 10 + (uint)(input[at] - '0');

        position = at;
        value = negative ? (long)(0 - magnitude) : (long)magnitude;
        int length = at - start;
        return length is > 0 and <= MaxDigits
            && magnitude <= (negative ? 1UL << 63 : long.MaxValue)
            && (length == 1 || input[start] != '0');
    }

    /// <summary>How many of the eight bytes, from the lowest, are 0..9: adding 0x76 carries into the top bit of every larger one.</summary>
    private static int CountLeadingDigits(ulong bytes)
    {
        ulong others = ((bytes + 0x7676767676767676) | bytes) & 0x8080808080808080;
        return BitOperations.TrailingZeroCount(others) >> 3;
    }

    /// <summary>Eight digit values, the most significant in the lowest byte, as one number: pairs, then fours, then all eight.</summary>
    private static uint EightDigits(ulong digits)
    {
        digits = digits * 10 + (digits >> 8);
        return (uint)(((digits & 0x000000FF000000FF) * 0x000F424000000064
            + ((digits >> 16) & 0x000000FF000000FF) * 0x0000271000000001) >> 32);
    }

}
