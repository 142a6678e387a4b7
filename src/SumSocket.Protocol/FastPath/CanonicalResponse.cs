namespace SumSocket.Protocol.FastPath;

/// <summary>The fast path for answers: <c>{"Sum":11}</c> or <c>{"Sum":11,"Id":5}</c>. The rest is left to the general path.</summary>
internal static class CanonicalResponse
{
    private const int MinLength = 9; // {"Sum":1}

    /// <summary>Reads one answer that starts at the first byte and ends inside <paramref name="input"/>.</summary>
    /// <returns>Its length, or 0 when it is for the general path.</returns>
    public static int Read(ReadOnlySpan<byte> input, out Response response)
    {
        response = default;
        if (input.Length < MinLength || !input.StartsWith("{\"Sum\":"u8))
            return 0;
        int at = DecimalReader.Read(input, 7, out long sum);
        if (at < 0)
            return 0;
        if (input[at] == '}')
        {
            response = new Response(sum);
            return at + 1;
        }

        at = CanonicalId.Read(input, at, out long id);
        if (at == 0)
            return 0;
        response = new Response(sum, id);
        return at;
    }
}

/// <summary>The fast path for many answers in a row: <c>{"Sum":11}</c>, sums of up to sixteen bytes, a line feed behind each or none. It
/// stops at the first it does not recognise, which is for the general path.</summary>
internal static class VectorResponse
{
    private const int NameLength = 7;                              // {"Sum":
    private const int MaxNumber = 16;                              // the bytes of a sum, sign included: a vector
    private const int Reach = NameLength + MaxNumber + 2;          // how many bytes it reads, whatever the length of the answer
    private const ulong SevenBytes = (1UL << 56) - 1;

    private static readonly ulong _beforeSum = BinaryPrimitives.ReadUInt64LittleEndian("{\"Sum\":\0"u8);

    /// <summary>Reads answers from the first byte on. <paramref name="separated"/> becomes true with a line feed behind one.</summary>
    /// <returns>The bytes taken.</returns>
    public static int Read(ReadOnlySpan<byte> input, Span<Response> answers, out int count, ref bool separated)
    {
        count = 0;
        if (!Vector128.IsHardwareAccelerated || !BitConverter.IsLittleEndian)
            return 0;
        int taken = ReadAll(input, input.Length - Reach + 1, answers, ref count, ref separated);
        ReadOnlySpan<byte> rest = input[taken..];
        if (rest.Length is 0 or >= Reach)
            return taken;
        Span<byte> padded = stackalloc byte[2 * Reach]; // the last one is too near to the end to be read in place
        rest.CopyTo(padded);
        return taken + ReadAll(padded, rest.Length, answers, ref count, ref separated);
    }

    /// <summary>Reads answers that begin before <paramref name="end"/>; <see cref="Reach"/> - 1 more bytes must follow it.</summary>
    private static int ReadAll(ReadOnlySpan<byte> input, int end, Span<Response> answers, ref int count, ref bool separated)
    {
        int at = 0, lineFeeds = 0;
        while (at < end && count < answers.Length)
        {
            ref byte start = ref Unsafe.Add(ref MemoryMarshal.GetReference(input), at);
            Vector128<byte> text = Vector128.LoadUnsafe(ref start, NameLength);
            uint digits = Vector128.LessThan(text - Vector128.Create((byte)'0'), Vector128.Create((byte)10)).ExtractMostSignificantBits();
            uint zeros = Vector128.Equals(text, Vector128.Create((byte)'0')).ExtractMostSignificantBits();
            uint sign = Vector128.Equals(text, Vector128.Create((byte)'-')).ExtractMostSignificantBits() & 1;
            int length = BitOperations.TrailingZeroCount(~(digits | sign));

            // All errors are combined before the one branch: one prediction for the processor instead of four.
            uint firstDigit = 1U + sign;
            ulong wrong = (firstDigit & ~digits) | (firstDigit & zeros & digits >> 1)
                | (Unsafe.ReadUnaligned<ulong>(ref start) ^ _beforeSum) & SevenBytes
                | (uint)(Unsafe.Add(ref start, NameLength + length) ^ '}');
            if (wrong != 0)
                break;

            answers[count++] = new Response((long)DecimalDigits.Join(DecimalDigits.Read(text, length)) * (1 - 2 * (long)sign));
            int lineFeed = Unsafe.Add(ref start, NameLength + length + 1) == '\n' ? 1 : 0;
            lineFeeds += lineFeed;
            at += NameLength + length + 1 + lineFeed;
        }

        separated |= lineFeeds > 0;
        return at;
    }
}
