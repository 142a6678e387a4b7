using System.Globalization;
using System.Text;

namespace SumSocket.Sockets;

/// <summary>Bytes from a peer as text for a log or a message: nothing in it can end a line, move a cursor or fill a disk.</summary>
internal static class VisibleText
{
    /// <summary>The most bytes that a log shows; what follows is counted.</summary>
    private const int MaxShown = 128;

    private const int MaxStart = 32;

    /// <summary>The beginning of the first line, for a message: <c>-ERR unknown command</c>.</summary>
    public static string StartOf(ReadOnlySpan<byte> bytes)
    {
        bytes = bytes.TrimStart("\r\n"u8);
        int end = bytes.IndexOfAny("\r\n"u8);
        ReadOnlySpan<byte> line = end < 0 ? bytes : bytes[..end];
        return line.Length <= MaxStart ? Of(line) : $"{Of(line[..MaxStart])}...";
    }

    /// <summary>Printable ASCII as it is, a backslash doubled, every other byte as <c>\xNN</c>; a trailing newline is left out.</summary>
    public static string Of(ReadOnlySpan<byte> bytes)
    {
        if (bytes.EndsWith("\n"u8))
            bytes = bytes[..^1];
        var text = new StringBuilder(Math.Min(bytes.Length, MaxShown) + 16);
        foreach (byte b in bytes[..Math.Min(bytes.Length, MaxShown)])
        {
            if (b == '\\')
                text.Append(@"\\");
            else if (b is >= 0x20 and < 0x7F)
                text.Append((char)b);
            else
                text.Append(CultureInfo.InvariantCulture, $"\\x{b:X2}");
        }

        if (bytes.Length > MaxShown)
            text.Append(CultureInfo.InvariantCulture, $"... ({bytes.Length} bytes)");
        return text.ToString();
    }
}
