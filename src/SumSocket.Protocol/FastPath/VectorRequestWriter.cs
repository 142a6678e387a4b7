using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SumSocket.Protocol.FastPath;

/// <summary>
/// Writes <c>{"A":7,"B":4}</c> and a newline with the digits of both numbers, up to sixteen each, in one vector, without a loop over digits or a branch on how many
/// there are: less than half the time of one number after the other. Each piece is stored whole, and the next one over what it has too much.
/// </summary>
internal static class VectorRequestWriter
{
    /// <summary>How far it may write from the first byte on, whatever the length of the request.</summary>
    public const int Reach = NameLength + MaxNumber + NameLength + MaxNumber + 2;

    private const int NameLength = 5;      // {"A": and ,"B":
    private const int MaxNumber = 1 + 16;  // a sign and half a vector
    private const int MagnitudeBits = 53;  // all below 10^16

    private static readonly ulong _beforeA = BinaryPrimitives.ReadUInt64LittleEndian("{\"A\":-\0\0"u8); // the first digit replaces a sign that is not there
    private static readonly ulong _beforeB = BinaryPrimitives.ReadUInt64LittleEndian(",\"B\":-\0\0"u8);
    private static readonly ushort _end = BinaryPrimitives.ReadUInt16LittleEndian("}\n"u8);

    /// <summary>Writes one request.</summary>
    /// <param name="destination">Where to write.</param>
    /// <param name="a">The first addend.</param>
    /// <param name="b">The second addend.</param>
    /// <returns>Its length, or 0 when it is for the slower path: a number of 2^53 or more, little room, another processor.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // vectors of 32 bytes are never compiled ahead, and would run unoptimised at first: a tenth of "sum -"
    public static int Write(Span<byte> destination, long a, long b)
    {
        long signA = a >> 63, signB = b >> 63; // all ones below zero
        ulong magnitudeA = (ulong)((a ^ signA) - signA), magnitudeB = (ulong)((b ^ signB) - signB);
        if (destination.Length < Reach || (magnitudeA | magnitudeB) >> MagnitudeBits != 0 || !DecimalDigits.CanSplitTwo)
            return 0;

        Vector256<byte> digits = DecimalDigits.Split(magnitudeA, magnitudeB);
        uint others = ~Vector256.Equals(digits, Vector256<byte>.Zero).ExtractMostSignificantBits();
        digits |= Vector256.Create((byte)'0');
        ref byte at = ref MemoryMarshal.GetReference(destination);
        int length = Append(ref at, _beforeA, digits.GetLower(), others, (int)-signA);
        length += Append(ref Unsafe.Add(ref at, length), _beforeB, digits.GetUpper(), others >> 16, (int)-signB);
        Unsafe.WriteUnaligned(ref Unsafe.Add(ref at, length), _end);
        return length + sizeof(ushort);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Append(ref byte at, ulong name, Vector128<byte> text, uint nonZeros, int sign)
    {
        int leading = BitOperations.TrailingZeroCount(nonZeros | 1u << 15); // the last digit stays, also when it is 0
        Unsafe.WriteUnaligned(ref at, name);
        DecimalDigits.MoveLeft(text, leading).StoreUnsafe(ref at, (nuint)(NameLength + sign));
        return NameLength + sign + Vector128<byte>.Count - leading;
    }
}
