using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SumSocket.Protocol.FastPath;

/// <summary>Writes <c>{"A":7,"B":4}</c> and a line feed, with the digits of both numbers, up to sixteen each, in one vector: half the time
/// of one number after the other. Each piece is stored whole, and the next one overwrites its excess.</summary>
internal static class VectorRequestWriter
{
    /// <summary>How many bytes it may write, whatever the length of the request.</summary>
    public const int Reach = NameLength + MaxNumber + NameLength + MaxNumber + 2;

    private const int NameLength = 5;      // {"A": and ,"B":
    private const int MaxNumber = 1 + 16;  // a sign and half a vector
    private const int MagnitudeBits = 53;  // all below 10^16

    // The first digit overwrites the minus sign of a positive number.
    private static readonly ulong _beforeA = BinaryPrimitives.ReadUInt64LittleEndian("{\"A\":-\0\0"u8);
    private static readonly ulong _beforeB = BinaryPrimitives.ReadUInt64LittleEndian(",\"B\":-\0\0"u8);
    private static readonly ushort _end = BinaryPrimitives.ReadUInt16LittleEndian("}\n"u8);

    /// <returns>The length, or 0 when it is for the slower path: a number of 2^53 or more, little room, another processor.</returns>
    // Vectors of 32 bytes are never compiled ahead, and would run unoptimised at first: a tenth of "sum -".
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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
