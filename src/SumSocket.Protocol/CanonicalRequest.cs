namespace SumSocket.Protocol;

/// <summary>
/// The fast path: a whole request in the spelling every known peer writes, <c>{"A":7,"B":4}</c> or <c>{"A":7,"B":4,"Id":5}</c>.
/// Whatever it does not recognise at once it leaves to the general path, which decides; so it may be narrow but never wrong.
/// </summary>
internal static class CanonicalRequest
{
    /// <summary>Reads one request that starts at the first byte and ends inside <paramref name="input"/>.</summary>
    public static bool TryRead(ReadOnlySpan<byte> input, out int length, out Request request)
    {
        length = 5;
        request = default;
        if (!input.StartsWith("{\"A\":"u8) || !DecimalReader.TryRead(input, ref length, out long a)
            || !input[length..].StartsWith(",\"B\":"u8))
            return false;
        length += 5;
        if (!DecimalReader.TryRead(input, ref length, out long b) || length == input.Length)
            return false;
        if (input[length] == '}')
        {
            length++;
            request = new Request(a, b);
            return true;
        }

        if (!input[length..].StartsWith(",\"Id\":"u8))
            return false;
        length += 6;
        if (!DecimalReader.TryRead(input, ref length, out long id) || id < 0 || length == input.Length || input[length] != '}')
            return false;
        length++;
        request = new Request(a, b, id);
        return true;
    }
}
