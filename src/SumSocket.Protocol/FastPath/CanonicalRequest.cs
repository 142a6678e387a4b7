namespace SumSocket.Protocol.FastPath;

/// <summary>
/// The fast path: a whole request in the spelling every known peer writes, <c>{"A":7,"B":4}</c> or <c>{"A":7,"B":4,"Id":5}</c>.
/// Whatever it does not recognise at once it leaves to the general path, which decides; so it may be narrow but never wrong.
/// </summary>
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
