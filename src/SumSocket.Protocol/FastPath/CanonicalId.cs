namespace SumSocket.Protocol.FastPath;

/// <summary>The end of a message with an Id, <c>,"Id":5}</c>, for the fast paths of requests and answers.</summary>
internal static class CanonicalId
{
    /// <summary>Reads the end of a message from <paramref name="at"/>.</summary>
    /// <returns>The position behind its closing brace, or 0 when it is for the general path.</returns>
    public static int Read(ReadOnlySpan<byte> input, int at, out long id)
    {
        id = 0;
        if (input.Length - at < 8 || !input[at..].StartsWith(",\"Id\":"u8))
            return 0;
        at = DecimalReader.Read(input, at + 6, out id);
        return at >= 0 && id >= 0 && input[at] == '}' ? at + 1 : 0;
    }
}
