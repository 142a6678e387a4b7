namespace SumSocket.Commands.Bench.Live;

/// <summary>The last lines of a terminal, drawn again and again in place. Other output to the terminal appears above them. The cursor stays
/// visible and where the next line would be, so the terminal is in order whatever ends the program, even SIGKILL.</summary>
/// <param name="output">The terminal.</param>
/// <param name="size">Its columns and rows, which may change at any time.</param>
internal sealed class LiveScreen(Stream output, Func<(int Columns, int Rows)> size) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<int> _drawn = []; // the length of each line that is on the screen now
    private TextWriter? _error;
    private Action? _interrupted;
    private bool _isMidLine;

    /// <summary>Columns that a line may have: the last one stays free, since terminals differ in what they do after it.</summary>
    public int Width => Math.Max(1, size().Columns - 1);

    /// <summary>The terminal of standard output; standard error goes through it from now on, if it is a terminal too.</summary>
    public static LiveScreen OnTerminal()
    {
        LiveScreen screen = new(StandardOutput.Open(), () => ConsoleTerminal.Size);
        if (!Console.IsErrorRedirected)
        {
            screen._error = Console.Error;
            Console.SetError(new InterleavedWriter(screen, screen._error));
        }

        return screen;
    }

    /// <summary>Draws lines in place of the last ones.</summary>
    public void Draw(IReadOnlyList<string> lines)
    {
        lock (_lock)
        {
            if (_isMidLine)
                return;
            (int columns, int rows) = size();
            StringBuilder text = new();
            GoToFirst(text, columns);
            _drawn.Clear();
            foreach (string line in lines.Take(rows - 1)) // what has scrolled off can never be drawn again
            {
                text.Append(line).Append("\e[K\n");
                _drawn.Add(LengthOf(line));
            }

            Send(text.Append("\e[J"));
        }
    }

    public void Erase()
    {
        lock (_lock)
            EraseDrawn();
    }

    /// <summary>Writes text above the lines; they come back when they are drawn next.</summary>
    public void Write(TextWriter writer, ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
            return;
        lock (_lock)
        {
            EraseDrawn();
            writer.Write(text);
            _isMidLine = text[^1] != '\n';
            _interrupted?.Invoke();
        }
    }

    /// <summary>Sets what is called, from this moment on, when other output has removed the lines; null for nothing.</summary>
    public void WhenInterrupted(Action? call)
    {
        lock (_lock)
            _interrupted = call;
    }

    /// <summary>Removes the lines and gives standard error back.</summary>
    public void Dispose()
    {
        Erase();
        if (_error is not null)
            Console.SetError(_error);
    }

    private void EraseDrawn()
    {
        if (_drawn.Count == 0)
            return;
        StringBuilder text = new();
        GoToFirst(text, size().Columns);
        _drawn.Clear();
        // Line by line at first: erasing all from the top left corner makes some terminals (tmux) keep it in the scrollback.
        Send(text.Append("\e[K\e[B\e[J\e[A"));
    }

    /// <summary>A terminal made narrower than a line has broken it into several.</summary>
    private void GoToFirst(StringBuilder text, int columns)
    {
        int up = _drawn.Sum(length => Math.Max(1, (length + columns - 1) / columns));
        text.Append('\r');
        if (up > 0)
            text.Append(CultureInfo.InvariantCulture, $"\e[{up}A");
    }

    private void Send(StringBuilder text) => StandardOutput.Write(output, text.ToString());

    /// <summary>How many columns a line takes: all but its escape sequences, which are those of colour, <c>ESC [ ... m</c>.</summary>
    private static int LengthOf(string line)
    {
        int length = 0;
        for (int at = 0; at < line.Length; at++)
        {
            if (line[at] == '\e')
                at = line.IndexOf('m', at);
            else
                length++;
        }

        return length;
    }
}

/// <summary>Standard error on the same terminal as a live view.</summary>
internal sealed class InterleavedWriter(LiveScreen screen, TextWriter inner) : TextWriter
{
    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value) => screen.Write(inner, [value]);

    public override void Write(string? value) => screen.Write(inner, value);

    public override void Write(char[] buffer, int index, int count) => screen.Write(inner, buffer.AsSpan(index, count));

    public override void Write(ReadOnlySpan<char> buffer) => screen.Write(inner, buffer);

    public override void Flush() => inner.Flush();
}
