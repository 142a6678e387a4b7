namespace SumSocket.Protocol.FastPath;

/// <summary>The fast path: a whole request in the spelling every known peer writes, <c>{"A":7,"B":4}</c> or <c>{"A":7,"B":4,"Id":5}</c>.
/// What it does not recognise at once it leaves to the general path, which decides. So it may be narrow but never wrong.</summary>
/// <remarks>Skip this folder on a first read: without it every message takes the general path (Json/), with the same outcome, which a
/// property test checks. It is worth 70 ns a request: parse and answer take 24 ns (vectors) or 32 (eight digits at a time) instead of about
/// 75, and a request is written in 8 ns instead of 15. At depth 64, where a request costs about 130 ns, that decides the throughput. Entry
/// points: this class, CanonicalResponse, VectorResponse (many answers), DecimalWriter and VectorRequestWriter.</remarks>
internal static class CanonicalRequest
{
    private const int MinLength = 13; // {"A":7,"B":4}

    /// <summary>Reads one request that starts at the first byte and ends inside <paramref name="input"/>.</summary>
    /// <returns>Its length, or 0 when it is for the general path.</returns>
    public static int Read(ReadOnlySpan<byte> input, out Request request)
    {
        if (VectorRequest.IsSupported && input.Length >= VectorRequest.Reach)
        {
            int length = VectorRequest.Read(input, out request);
            if (length != 0)
                return length;
        }

        request = default;
        if (input.Length < MinLength || !input.StartsWith("{\"A\":"u8))
            return 0;
        int at = DecimalReader.Read(input, 5, out long a);
        if (at < 0 || input.Length - at < 7 || !input[at..].StartsWith(",\"B\":"u8))
            return 0;
        at = DecimalReader.Read(input, at + 5, out long b);
        if (at < 0)
            return 0;
        if (input[at] == '}')
        {
            request = new Request(a, b);
            return at + 1;
        }

        at = CanonicalId.Read(input, at, out long id);
        if (at == 0)
            return 0;
        request = new Request(a, b, id);
        return at;
    }
}

/// <summary>The end of a message with an Id, <c>,"Id":5}</c>, for the fast paths of requests and answers.</summary>
internal static class CanonicalId
{
    /// <returns>The position behind the closing brace, or 0 when it is for the general path.</returns>
    public static int Read(ReadOnlySpan<byte> input, int at, out long id)
    {
        id = 0;
        if (input.Length - at < 8 || !input[at..].StartsWith(",\"Id\":"u8))
            return 0;
        at = DecimalReader.Read(input, at + 6, out id);
        return at >= 0 && id >= 0 && input[at] == '}' ? at + 1 : 0;
    }
}

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
