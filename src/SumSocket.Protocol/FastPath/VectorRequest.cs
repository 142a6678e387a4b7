using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SumSocket.Protocol.FastPath;

/// <summary>The fast path's faster half, for a request with others behind it: <c>{"A":7,"B":4}</c> with numbers of up to sixteen digits.
/// One vector shows where both end, another holds the digits of both. A quarter less time than CanonicalRequest alone.</summary>
internal static class VectorRequest
{
    /// <summary>How many bytes it reads, whatever the length of the request.</summary>
    public const int Reach = FirstNumber + MaxNumber + BetweenNumbers + MaxNumber + 1;

    private const int FirstNumber = 5;    // behind {"A":
    private const int BetweenNumbers = 5; // ,"B":
    private const int MaxNumber = 16;     // the bytes of a number, sign included: what half a vector holds
    private const ulong FiveBytes = (1UL << 40) - 1;

    private static readonly ulong _beforeA = BinaryPrimitives.ReadUInt64LittleEndian("{\"A\":\0\0\0"u8);
    private static readonly ulong _beforeB = BinaryPrimitives.ReadUInt64LittleEndian(",\"B\":\0\0\0"u8);

    public static bool IsSupported => Vector256.IsHardwareAccelerated && BitConverter.IsLittleEndian;

    /// <summary>Reads one request that starts at the first byte.</summary>
    /// <param name="input">At least <see cref="Reach"/> bytes, which is not checked again.</param>
    /// <param name="request">The request.</param>
    /// <returns>Its length, or 0 when it is for a slower path.</returns>
    public static int Read(ReadOnlySpan<byte> input, out Request request)
    {
        request = default;
        ref byte start = ref MemoryMarshal.GetReference(input);
        Vector256<byte> text = Vector256.LoadUnsafe(ref start, FirstNumber);
        ulong digits = Vector256.LessThan(text - Vector256.Create((byte)'0'), Vector256.Create((byte)10)).ExtractMostSignificantBits();
        ulong zeros = Vector256.Equals(text, Vector256.Create((byte)'0')).ExtractMostSignificantBits();
        ulong signs = Vector256.Equals(text, Vector256.Create((byte)'-')).ExtractMostSignificantBits();

        // Each bit is a byte. A number is the run of digits behind a sign, where there is one.
        ulong signA = signs & 1;
        int endA = BitOperations.TrailingZeroCount(~(digits | signA));
        int startB = endA + BetweenNumbers;
        ulong signB = signs >> startB & 1;
        int lengthB = BitOperations.TrailingZeroCount(~(digits >> startB | signB));
        int end = startB + lengthB;
        if (endA > MaxNumber || lengthB > MaxNumber)
            return 0;

        // All errors are combined before the one branch: one prediction for the processor instead of eight.
        ulong firstDigits = 1UL << (int)signA | 1UL << startB + (int)signB;
        ulong wrong = (firstDigits & ~digits) | (firstDigits & zeros & digits >> 1)
            | (Word(ref start, 0) ^ _beforeA) & FiveBytes
            | (Word(ref start, FirstNumber + endA) ^ _beforeB) & FiveBytes
            | (uint)(Unsafe.Add(ref start, FirstNumber + end) ^ '}');
        if (wrong != 0)
            return 0;

        Vector128<byte> textB = Vector128.LoadUnsafe(ref start, (nuint)(FirstNumber + startB));
        (ulong a, ulong b) = DecimalDigits.Join(
            Vector256.Create(DecimalDigits.Read(text.GetLower(), endA), DecimalDigits.Read(textB, lengthB)));
        request = new Request((long)a * (1 - 2 * (long)signA), (long)b * (1 - 2 * (long)signB));
        return FirstNumber + end + 1;
    }

    private static ulong Word(ref byte start, int at) => Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref start, at));
}
