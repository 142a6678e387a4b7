namespace SumSocket.Commands.Sum;

/// <summary>What <see cref="LineReader.Take"/> found.</summary>
internal enum LineStatus
{
    Line,
    TooLong, // its bytes are gone
    NeedMore, // no whole line: fill the buffer
    End, // of the input
}

/// <summary>Cuts a stream of bytes into lines out of one buffer. The length of a line is capped, so that no input makes it grow.</summary>
internal sealed class LineReader(Stream input)
{
    /// <summary>The longest line, in bytes without its end: 4,096, as the longest message.</summary>
    public const int MaxLength = 4096;

    private readonly byte[] _buffer = new byte[128 * 1024];
    private int _start;   // the first byte not yet taken
    private int _scanned; // up to here there is no line end
    private int _end;
    private bool _isSkipping; // inside a line that is too long
    private bool _atEnd;

    /// <summary>The number of the line last taken, from 1.</summary>
    public long Number { get; private set; }

    /// <summary>Takes the next line out of the buffer.</summary>
    /// <param name="line">Its bytes without the line end, good until the next call.</param>
    public LineStatus Take(out ReadOnlySpan<byte> line)
    {
        line = default;
        int length = _buffer.AsSpan(_scanned, _end - _scanned).IndexOf((byte)'\n');
        if (length >= 0)
        {
            line = _buffer.AsSpan(_start, _scanned + length - _start);
            _start = _scanned += length + 1;
            return Finish(line.Length);
        }

        _scanned = _end;
        if (_end - _start > MaxLength)
        {
            _isSkipping = true;
            _start = _end;
        }

        if (!_atEnd)
            return LineStatus.NeedMore;
        if (_start == _end && !_isSkipping)
            return LineStatus.End;
        line = _buffer.AsSpan(_start, _end - _start); // the last line needs no end
        _start = _end;
        return Finish(line.Length);
    }

    /// <summary>Reads more input behind what is left.</summary>
    public async Task FillAsync(CancellationToken cancellationToken)
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        _scanned -= _start;
        _end -= _start;
        _start = 0;
        int read = await input.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
        _end += read;
        _atEnd = read == 0;
    }

    private LineStatus Finish(int length)
    {
        Number++;
        bool tooLong = _isSkipping || length > MaxLength;
        _isSkipping = false;
        return tooLong ? LineStatus.TooLong : LineStatus.Line;
    }
}
