using System.Globalization;
using System.Text;

namespace SumSocket.SystemTests.Harness;

/// <summary>
/// What a terminal shows of the bytes it got: as much of one as our programs need, wide and tall enough never to wrap or scroll.
/// </summary>
internal sealed class TerminalScreen
{
    private readonly List<StringBuilder> _lines = [new()];
    private readonly StringBuilder _sequence = new(); // an escape sequence that has begun
    private int _row;
    private int _column;

    /// <summary>The lines, without what is blank at the end of each and at the end of all.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            List<string> lines = [.. _lines.Select(line => line.ToString().TrimEnd())];
            while (lines.Count > 0 && lines[^1].Length == 0)
                lines.RemoveAt(lines.Count - 1);
            return lines;
        }
    }

    /// <summary>Takes the next characters.</summary>
    public void Write(ReadOnlySpan<char> text)
    {
        foreach (char one in text)
            Write(one);
    }

    private void Write(char one)
    {
        if (_sequence.Length > 0 || one == '\e')
            Extend(one);
        else if (one == '\r')
            _column = 0;
        else if (one == '\n')
            Down(1);
        else if (one == '\a')
            return;
        else
            Put(one);
    }

    private void Extend(char one)
    {
        _sequence.Append(one);
        bool isControl = _sequence.Length > 1 && _sequence[1] == '[';
        if (_sequence.Length < 2 || (isControl && (_sequence.Length < 3 || !char.IsBetween(one, '@', '~'))))
            return;
        if (isControl)
            Obey(one, _sequence.ToString(2, _sequence.Length - 3));
        _sequence.Clear();
    }

    private void Obey(char command, string argument)
    {
        int count = int.TryParse(argument, NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : 1;
        switch (command)
        {
            case 'A':
                _row = Math.Max(0, _row - count);
                break;
            case 'B':
                Down(count);
                break;
            case 'K':
                Cut(_row, _column);
                break;
            case 'J':
                Cut(_row, _column);
                for (int below = _row + 1; below < _lines.Count; below++)
                    Cut(below, 0);
                break;
            case 'm' or 'h' or 'l':
                break; // colours and modes
            default:
                throw new NotSupportedException($"ESC [ {argument} {command}");
        }
    }

    private void Down(int rows)
    {
        _row += rows;
        while (_lines.Count <= _row)
            _lines.Add(new StringBuilder());
    }

    private void Put(char one)
    {
        StringBuilder line = _lines[_row];
        line.Append(' ', Math.Max(0, _column + 1 - line.Length));
        line[_column++] = one;
    }

    private void Cut(int row, int column) => _lines[row].Length = Math.Min(_lines[row].Length, column);
}
