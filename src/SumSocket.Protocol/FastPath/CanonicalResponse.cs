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
