using System.Buffers.Text;
using System.Runtime.Intrinsics.X86;

namespace SumSocket.Protocol.FastPath;

/// <summary>The sixteen decimal digits of a number below 10^16 as the bytes of a vector, the most significant first. It is split into
/// eights, fours, pairs and single digits, and joined the other way. Instead of dividing it multiplies and shifts, in every lane at once:
/// by 10,000 with 2^45 / 10,000 (exact below 2^32), by 100 with 2^20 / 100 (exact below 10,000), by 10 with 2^10 / 10 (exact below
/// 100).</summary>
internal static class DecimalDigits
{
    private const ulong EightDigits = 100_000_000;

    /// <summary>From byte <c>n</c> on: the selection that moves a vector to the left by <c>n</c> bytes.</summary>
    private static ReadOnlySpan<byte> MovesLeft =>
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15];

    /// <summary>From byte <c>n</c> on: the selection that puts the first <c>n</c> bytes of a vector at its end, behind zeros.</summary>
    private static ReadOnlySpan<byte> MovesRight =>
    [
        0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80,
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
    ];

    public static Vector128<byte> Split(ulong value)
    {
        ulong high = value / EightDigits;
        Vector128<uint> fours = Vector128.Create(Fours(high), Fours(value - high * EightDigits)).AsUInt32();
        Vector128<uint> hundreds = fours * 10_486 >>> 20;
        Vector128<ushort> pairs = (hundreds | (fours - hundreds * 100) << 16).AsUInt16();
        Vector128<ushort> tens = pairs * 103 >>> 10;
        return (tens | (pairs - tens * 10) << 8).AsByte();
    }

    public static bool CanSplitTwo => Avx2.IsSupported;

    /// <summary>The digits of two numbers, in half a vector each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Split(ulong first, ulong second)
    {
        ulong high = first / EightDigits, secondHigh = second / EightDigits;
        ulong low = first - high * EightDigits, secondLow = second - secondHigh * EightDigits;
        Vector256<uint> eights = Vector256.Create(high, low, secondHigh, secondLow).AsUInt32();
        Vector256<uint> fours = (Avx2.Multiply(eights, Vector256.Create(3_518_437_209)) >>> 45).AsUInt32();
        fours |= ((eights.AsUInt64() - Avx2.Multiply(fours, Vector256.Create(10_000U))) << 32).AsUInt32();
        Vector256<uint> hundreds = fours * 10_486 >>> 20;
        Vector256<ushort> pairs = (hundreds | (fours - hundreds * 100) << 16).AsUInt16();
        Vector256<ushort> tens = pairs * 103 >>> 10;
        return (tens | (pairs - tens * 10) << 8).AsByte();
    }

    /// <summary>Moves bytes to the left, by fewer than sixteen.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> MoveLeft(Vector128<byte> text, int count) =>
        Vector128.ShuffleNative(text, Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(MovesLeft), (nuint)count));

    /// <summary>The digits of the number whose text, sign included, is the first <paramref name="length"/> bytes of a vector.</summary>
    public static Vector128<byte> Read(Vector128<byte> text, int length)
    {
        Vector128<byte> digits = text - Vector128.Create((byte)'0');
        digits &= Vector128.LessThan(digits, Vector128.Create((byte)10)); // a sign is a zero, too
        return Vector128.ShuffleNative(digits, Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(MovesRight), (nuint)length));
    }

    public static ulong Join(Vector128<byte> digits)
    {
        Vector128<ushort> pairs = digits.AsUInt16();
        pairs = (pairs * 10 + (pairs >>> 8)) & Vector128.Create((ushort)0xFF);
        Vector128<uint> fours = pairs.AsUInt32();
        fours = (fours * 100 + (fours >>> 16)) & Vector128.Create(0xFFFFU);
        Vector128<ulong> twoFours = fours.AsUInt64();
        return Join(twoFours[0], twoFours[1]);
    }

    /// <summary>The two numbers that have these digits, in half a vector each.</summary>
    public static (ulong First, ulong Second) Join(Vector256<byte> digits)
    {
        Vector256<ushort> pairs = digits.AsUInt16();
        pairs = (pairs * 10 + (pairs >>> 8)) & Vector256.Create((ushort)0xFF);
        Vector256<uint> fours = pairs.AsUInt32();
        fours = (fours * 100 + (fours >>> 16)) & Vector256.Create(0xFFFFU);
        Vector256<ulong> twoFours = fours.AsUInt64();
        return (Join(twoFours[0], twoFours[1]), Join(twoFours[2], twoFours[3]));
    }

    private static ulong Join(ulong high, ulong low) =>
        (uint)(high * 10_000 + (high >> 32)) * EightDigits + (uint)(low * 10_000 + (low >> 32));

    /// <summary>The upper and the lower four of eight digits, in lanes of their own.</summary>
    private static ulong Fours(ulong eight)
    {
        uint high = (uint)eight / 10_000;
        return high | (ulong)((uint)eight - high * 10_000) << 32;
    }
}

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
