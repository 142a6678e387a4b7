namespace SumSocket.Reports.Html;

/// <summary>Writes elements that are closed in order and text that is always escaped, so that no name from a file becomes markup. What it
/// writes is well-formed XML, too, which tests make use of.</summary>
internal sealed class HtmlWriter
{
    private readonly StringBuilder _text = new();
    private readonly Stack<string> _open = new();

    /// <summary>Opens an element; disposing closes it. Attributes that are null are left out.</summary>
    public Scope Open(string name, params ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        Begin(name, attributes);
        _text.Append('>');
        _open.Push(name);
        return new Scope(this);
    }

    /// <summary>An element with text and nothing else.</summary>
    public HtmlWriter Element(string name, string text, params ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        Begin(name, attributes);
        _text.Append('>');
        Text(text);
        _text.Append("</").Append(name).Append('>');
        return this;
    }

    /// <summary>An element without content: those of SVG, and those that HTML knows as such.</summary>
    public HtmlWriter Empty(string name, params ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        Begin(name, attributes);
        _text.Append("/>");
        return this;
    }

    /// <summary>Text.</summary>
    public HtmlWriter Text(string text)
    {
        Escape(text);
        return this;
    }

    /// <summary>A figure: for people as text, for programs exact in its attribute.</summary>
    public HtmlWriter Data(double? value, string text) => value is { } exact
        ? Element("data", text, ("value", exact.ToString("R", CultureInfo.InvariantCulture)))
        : Element("span", text, ("class", "none"));

    /// <summary>Markup as it is. For what this program itself ships, never for what came from outside.</summary>
    public HtmlWriter Own(string markup)
    {
        _text.Append(markup);
        return this;
    }

    /// <inheritdoc/>
    public override string ToString() =>
        _open.Count == 0 ? _text.ToString() : throw new InvalidOperationException($"<{_open.Peek()}> is still open.");

    private void Begin(string name, ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        _text.Append('<').Append(name);
        foreach ((string attribute, string? value) in attributes)
        {
            if (value is null)
                continue;
            _text.Append(' ').Append(attribute).Append("=\"");
            Escape(value);
            _text.Append('"');
        }
    }

    private void Escape(string text)
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

    /// <summary>Control characters, which XML and HTML cannot hold, and those that reorder a line (U+202E) or leave no trace.</summary>
    private static bool IsHidden(Rune rune) => Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.OtherNotAssigned;

    /// <summary>An element that is open.</summary>
    public readonly struct Scope(HtmlWriter writer) : IDisposable
    {
        /// <summary>Closes it.</summary>
        public void Dispose() => writer._text.Append("</").Append(writer._open.Pop()).Append('>');
    }
}
