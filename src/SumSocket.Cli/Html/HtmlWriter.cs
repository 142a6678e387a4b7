using System.Text;

namespace SumSocket.Cli.Html;

/// <summary>Writes well-formed elements, and text that is always escaped, so that no name from a file becomes markup.</summary>
internal sealed class HtmlWriter
{
    private readonly StringBuilder _text = new();
    private readonly Stack<string> _open = new();

    /// <summary>Opens an element; disposing closes it. Attributes that are null are left out.</summary>
    public Scope Open(string name, params ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        Begin(name, attributes, ">");
        _open.Push(name);
        return new Scope(this);
    }

    /// <summary>An element with text and nothing else.</summary>
    public void Element(string name, string text, params ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        using (Open(name, attributes))
            Text(text);
    }

    /// <summary>An element without content, of SVG or a void element of HTML.</summary>
    public void Empty(string name, params ReadOnlySpan<(string Name, string? Value)> attributes) => Begin(name, attributes, "/>");

    /// <summary>Markup as it is: only for what this program itself contains, never for input.</summary>
    public void Own(string markup) => _text.Append(markup);

    public void Text(string text)
    {
        foreach (Rune rune in text.EnumerateRunes()) // half a surrogate pair comes as U+FFFD
        {
            _ = rune.Value switch
            {
                '<' => _text.Append("&lt;"),
                '>' => _text.Append("&gt;"),
                '&' => _text.Append("&amp;"),
                '"' => _text.Append("&quot;"),
                '\'' => _text.Append("&#39;"),
                '\n' => _text.Append('\n'),
                _ => IsHidden(rune) ? _text.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:X4}") : _text.Append(rune.ToString()),
            };
        }
    }

    /// <summary>How long the page is so far.</summary>
    public int Length => _text.Length;

    public override string ToString() =>
        _open.Count == 0 ? _text.ToString() : throw new InvalidOperationException($"<{_open.Peek()}> is still open.");

    private void Begin(string name, ReadOnlySpan<(string Name, string? Value)> attributes, string end)
    {
        _text.Append('<').Append(name);
        foreach ((string attribute, string? value) in attributes)
        {
            if (value is null)
                continue;
            _text.Append(' ').Append(attribute).Append("=\"");
            Text(value);
            _text.Append('"');
        }

        _text.Append(end);
    }

    /// <summary>Control characters, which XML and HTML cannot hold, and those that reorder a line (U+202E) or leave no trace.</summary>
    private static bool IsHidden(Rune rune) => Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.OtherNotAssigned;

    public readonly struct Scope(HtmlWriter writer) : IDisposable
    {
        public void Dispose() => writer._text.Append("</").Append(writer._open.Pop()).Append('>');
    }
}
