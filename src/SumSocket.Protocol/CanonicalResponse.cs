namespace SumSocket.Protocol;

/// <summary>The fast path for answers: <c>{"Sum":11}</c> or <c>{"Sum":11,"Id":5}</c>; everything else is left to the general path.</summary>
internal static class CanonicalResponse
{
    /// <summary>Reads one answer that starts at the first byte and ends inside <paramref name="input"/>.</summary>
    public static bool TryRead(ReadOnlySpan<byte> input, out int length, out Response response)
    {
        length = 7;
        response = default;
        if (!input.StartsWith("{\"Sum\":"u8) || !DecimalReader.TryRead(input, ref length, out long sum) || length == input.Length)
            return false;
        if (input[length] == '}')
        {
            length++;
            response = new Response(sum);
            return true;
        }

        if (!input[length..].StartsWith(",\"Id\":"u8))
            return false;
        length += 6;
        if (!DecimalReader.TryRead(input, ref length, out long id) || id < 0 || length == input.Length || input[length] != '}')
            return false;
        length++;
        response = new Response(sum, id);
        return true;
    }
}
