namespace SumSocket.Protocol.FastPath;

/// <summary>Reads plain decimal integers for the fast paths, eight digits at a time. A processor cannot predict sign and number of digits,
/// so up to sixteen digits there is no branch on either.</summary>
internal static class DecimalReader
{
    private const int MaxDigits = 19; // every 19-digit number fits an unsigned 64-bit one

    // A field, since unoptimised code would make an array of a span of constants at each call.
    private static readonly ulong[] _powersOfTen = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000];

    /// <summary>Reads <c>-?(0|[1-9][0-9]*)</c> in the signed 64-bit range.</summary>
    /// <returns>The position behind its last digit, where there is another byte; -1 leaves the decision to the general path.</returns>
    public static int Read(ReadOnlySpan<byte> input, int position, out long value)
    {
        int minus = input[position] == '-' ? 1 : 0;
        int start = position + minus;
        long sign = -minus; // all ones negate by "flip the bits and add one"
        if (input.Length - start <= 2 * sizeof(ulong))
            return ReadByteByByte(input, start, 0, start, sign, out value);
        ulong first = BinaryPrimitives.ReadUInt64LittleEndian(input[start..]) ^ AsciiZeros;
        int digits = CountLeadingDigits(first);
        ulong magnitude = ToNumber(first, digits);
        if (digits == sizeof(ulong))
        {
            ulong second = BinaryPrimitives.ReadUInt64LittleEndian(input[(start + sizeof(ulong))..]) ^ AsciiZeros;
            int more = CountLeadingDigits(second);
            magnitude = magnitude * _powersOfTen[more] + ToNumber(second, more);
            digits += more;
            if (more == sizeof(ulong))
                return ReadByteByByte(input, start, magnitude, start + digits, sign, out value);
        }

        value = ((long)magnitude ^ sign) - sign;
        return digits == 0 || (digits > 1 && (byte)first == 0) ? -1 : start + digits;
    }

    private const ulong AsciiZeros = 0x3030303030303030;

    private static int ReadByteByByte(ReadOnlySpan<byte> input, int start, ulong magnitude, int at, long sign, out long value)
    {
        for (; at < input.Length && (uint)(input[at] - '0') <= 9 && at - start <= MaxDigits; at++)
            magnitude = magnitude * 10 + (uint)(input[at] - '0');
        int digits = at - start;
        value = ((long)magnitude ^ sign) - sign;
        return digits is > 0 and <= MaxDigits && at < input.Length
            && magnitude <= long.MaxValue - (ulong)sign // one more below zero than above
            && (digits == 1 || input[start] != '0') ? at : -1;
    }

    /// <summary>How many of the eight bytes, from the lowest, are 0..9: adding 0x76 carries into the top bit of every larger one.</summary>
    private static int CountLeadingDigits(ulong bytes)
    {
        ulong others = ((bytes + 0x7676767676767676) | bytes) & 0x8080808080808080;
        return BitOperations.TrailingZeroCount(others) >> 3;
    }

    /// <summary>The number that the lowest <paramref name="count"/> bytes spell, the most significant digit in the lowest one. They are
    /// moved to the top, above zeros; then pairs, fours and all eight are joined (two shifts, as one by 64 would be one by 0).</summary>
    private static uint ToNumber(ulong bytes, int count)
    {
        ulong digits = bytes << 4 * (sizeof(ulong) - count) << 4 * (sizeof(ulong) - count);
        digits = digits * 10 + (digits >> 8);
        return (uint)(((digits & 0x000000FF000000FF) * 0x000F424000000064
            + ((digits >> 16) & 0x000000FF000000FF) * 0x0000271000000001) >> 32);
    }
}
