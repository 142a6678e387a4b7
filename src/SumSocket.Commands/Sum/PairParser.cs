using System.Buffers.Text;

namespace SumSocket.Commands.Sum;

/// <summary>Reads one line of the filter: <c>7 4</c>, <c>7,4</c> or a JSON request. Nothing is allocated, whatever the line.</summary>
internal static class PairParser
{
    public const string Expected = "not a pair: give 7 4, or 7,4, or {\"A\":7,\"B\":4}";

    /// <summary>Reads a line that is trimmed of white space and not empty.</summary>
    /// <returns>Null when it was read, else why not, in words that do not repeat the line.</returns>
    public static string? Read(ReadOnlySpan<byte> line, out Request pair)
    {
        if (line[0] == '{')
            return ReadJson(line, out pair);
        pair = default;
        if (!TryReadInteger(line, out long a, out int length, out string? why))
            return why;
        ReadOnlySpan<byte> rest = line[length..].TrimStart(" \t"u8);
        bool separated = line.Length - length != rest.Length;
        if (rest.StartsWith(","u8))
        {
            separated = true;
            rest = rest[1..].TrimStart(" \t"u8);
        }

        if (!separated || !TryReadInteger(rest, out long b, out length, out why))
            return why ?? Expected;
        if (length != rest.Length)
            return Expected;
        pair = new Request(a, b);
        return null;
    }

    private static bool TryReadInteger(ReadOnlySpan<byte> text, out long value, out int length, out string? why)
    {
        why = null;
        if (TryReadShort(text, out value, out length) || Utf8Parser.TryParse(text, out value, out length))
            return true;
        int sign = text.Length > 0 && text[0] is (byte)'-' or (byte)'+' ? 1 : 0;
        bool isNumber = text.Length > sign && char.IsAsciiDigit((char)text[sign]);
        why = isNumber ? "a number is outside the signed 64-bit range" : Expected;
        return false;
    }

    /// <summary>Reads a number of up to 18 digits, as almost all are, without a check of the range: worth 2 % of a sum.</summary>
    private static bool TryReadShort(ReadOnlySpan<byte> text, out long value, out int length)
    {
        int sign = text.Length > 0 && text[0] == '-' ? 1 : 0;
        long magnitude = 0;
        for (length = sign; length < text.Length && (uint)(text[length] - '0') <= 9; length++)
            magnitude = magnitude * 10 + (text[length] - '0');
        value = sign == 0 ? magnitude : -magnitude;
        return length > sign && length - sign <= 18;
    }

    /// <summary>By the server's own rules, so that exactly the lines that it would refuse are not sent.</summary>
    private static string? ReadJson(ReadOnlySpan<byte> line, out Request pair)
    {
        RequestDecoder decoder = default;
        return decoder.Decode(line, out int length, out pair) switch
        {
            DecodeStatus.Message when length == line.Length => null,
            DecodeStatus.Message => "more than one request on a line",
            DecodeStatus.NeedMore => decoder.Interrupt(ErrorCode.Truncated).Message,
            _ => decoder.Error.Message,
        };
    }
}
