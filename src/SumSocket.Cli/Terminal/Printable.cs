using System.Text;

namespace SumSocket.Cli.Terminal;

/// <summary>Makes text that came from outside safe to show on a terminal.</summary>
internal static class Printable
{
    private const int MaxLength = 64;

    /// <summary>At most 64 characters, on one line: control characters and what could reorder it become <c>\uXXXX</c>.</summary>
    public static string Text(string text)
    {
        StringBuilder shown = new();
        foreach (char c in text.AsSpan(0, Math.Min(text.Length, MaxLength)))
        {
            bool plain = char.IsLetterOrDigit(c) || char.IsPunctuation(c) || char.IsSymbol(c) || c == ' ';
            _ = plain ? shown.Append(c) : shown.Append($"\\u{(int)c:X4}");
        }

        return text.Length > MaxLength ? shown.Append("...").ToString() : shown.ToString();
    }
}
