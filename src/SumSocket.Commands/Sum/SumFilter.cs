using SumSocket.Measurement;

namespace SumSocket.Commands.Sum;

/// <summary>Pairs in, sums out, one a line and in order. Requests are sent ahead of the answers, up to a window. However long the input is,
/// memory holds only the window and one buffer each for input and output.</summary>
/// <remarks><paramref name="describe"/> says why there is no sum. <paramref name="complain"/> gets each line without a sum, by its number
/// from 1, and the reason.</remarks>
internal sealed class SumFilter(
    ISumClient client, int window, Stream input, Stream output, Func<SumResult, string> describe, Action<long, string> complain)
{
    // Sums that have waited for more to join them are written from this size on, before waiting for further answers.
    private const int WorthWriting = 4096;

    private readonly LineReader _lines = new(input);
    private readonly LineWriter _sums = new(output);
    private readonly (ValueTask<SumResult> Answer, long Line)[] _window = new (ValueTask<SumResult>, long)[window]; // a ring
    private readonly long[] _failures = new long[(int)SumOutcome.OutcomeUnknown + 1]; // by outcome
    private int _oldest;
    private int _count;
    private long _blank;    // lines
    private long _answered; // sums there were at the last turn

    /// <summary>What it counts, for metrics: once a turn, since counting each sum would cost more.</summary>
    public RequestTotals Totals => new(
        () => [
            (null, Volatile.Read(ref _answered)),
            .. _failures.Select((count, outcome) => (ClientMetrics.ErrorOf((SumOutcome)outcome), count)).Where(one => one.count > 0),
        ],
        Active: () => Volatile.Read(ref _count), Retried: null, Outages: null);

    /// <summary>How it goes, in a line. Any thread may call this at any time.</summary>
    public string Snapshot()
    {
        (long lines, int waiting) = (_lines.Number, Volatile.Read(ref _count));
        return Figures.Invariant($"{TextFigures.Count(lines, "line")} read, {TextFigures.Count(Volatile.Read(ref _answered), "sum")}, ")
            + Figures.Invariant($"{Missing} without a sum, {waiting} waiting for theirs");
    }

    /// <summary>Lines that got no sum.</summary>
    public long Missing { get; private set; }

    /// <summary>Those of them whose request was sent.</summary>
    public long Unanswered { get; private set; }

    /// <summary>Those of these that got a wrong answer.</summary>
    public long WrongAnswers { get; private set; }

    /// <summary>Runs to the end of the input or until <paramref name="stop"/>; requests sent by then are still answered.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (true)
        {
            switch (SendAhead())
            {
                case LineStatus.Line:
                    // Half of the window stays in flight while the other half is sent again: fewer, larger turns.
                    while (_count > _window.Length / 2)
                    {
                        if (!TryWriteOldest())
                            await WriteOldestAsync().ConfigureAwait(false);
                    }

                    break;
                case LineStatus.NeedMore when await FillAsync(stop).ConfigureAwait(false):
                    break;
                default:
                    while (_count > 0)
                        await WriteOldestAsync().ConfigureAwait(false);
                    _sums.Flush();
                    NoteAnswered();
                    return;
            }

            NoteAnswered();
        }
    }

    /// <summary>Each line is blank, has got no sum, waits for one, or has got it.</summary>
    private void NoteAnswered() => Volatile.Write(ref _answered, _lines.Number - _blank - Missing - _count);

    /// <summary>Sends a request for every whole line in the buffer; <see cref="LineStatus.Line"/> says that the window is full.</summary>
    private LineStatus SendAhead()
    {
        while (_count < _window.Length)
        {
            LineStatus status = _lines.Take(out ReadOnlySpan<byte> line);
            if (status is LineStatus.NeedMore or LineStatus.End)
                return status;
            if (status == LineStatus.TooLong)
                Complain(_lines.Number, $"longer than {LineReader.MaxLength} bytes");
            else
                Send(line);
        }

        return LineStatus.Line;
    }

    private void Send(ReadOnlySpan<byte> line)
    {
        if (_lines.Number == 1 && line.StartsWith("\uFEFF"u8))
            line = line[3..]; // a byte order mark, which editors on Windows leave
        if (line.IsEmpty)
        {
            _blank++;
            return;
        }

        if (line[0] <= ' ' || line[^1] <= ' ') // seldom: worth 2 % of a sum
        {
            line = line.Trim(" \t\r"u8);
            if (line.IsEmpty)
            {
                _blank++;
                return;
            }
        }

        if (PairParser.Read(line, out Request pair) is { } why)
        {
            Complain(_lines.Number, why);
            return;
        }

        int free = _oldest + _count++;
        if (free >= _window.Length)
            free -= _window.Length;
        // Each is awaited once, in WriteOldestAsync.
#pragma warning disable CA2012
        _window[free] = (client.SumAsync(pair.A, pair.B, CancellationToken.None), _lines.Number);
#pragma warning restore CA2012
    }

    /// <summary>Reads more input, and writes the answers that come meanwhile: a person may be typing. False when stopped.</summary>
    private async ValueTask<bool> FillAsync(CancellationToken stop)
    {
        if (stop.IsCancellationRequested)
            return false;
        Task fill = _lines.FillAsync(stop);
        while (_count > 0 && !fill.IsCompleted)
        {
            if (!_window[_oldest].Answer.IsCompleted)
                _sums.Flush();
            await WriteOldestAsync().ConfigureAwait(false);
        }

        if (!fill.IsCompleted)
        {
            _sums.Flush();
            NoteAnswered();
        }

        try
        {
            await fill.WaitAsync(stop).ConfigureAwait(false); // a console's read cannot be cancelled, only left behind
            return true;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return false;
        }
    }

    private async ValueTask WriteOldestAsync()
    {
        (ValueTask<SumResult> answer, long line) = TakeOldest();
        if (!answer.IsCompleted && _sums.Pending >= WorthWriting)
            _sums.Flush();
        Write(await answer.ConfigureAwait(false), line);
    }

    /// <summary>Writes the oldest answer if it is there, without the machinery of waiting.</summary>
    private bool TryWriteOldest()
    {
        if (!_window[_oldest].Answer.IsCompleted)
            return false;
        (ValueTask<SumResult> answer, long line) = TakeOldest();
        Write(answer.GetAwaiter().GetResult(), line);
        return true;
    }

    private (ValueTask<SumResult> Answer, long Line) TakeOldest()
    {
        (ValueTask<SumResult> Answer, long Line) oldest = _window[_oldest];
        _window[_oldest] = default;
        _oldest = _oldest + 1 == _window.Length ? 0 : _oldest + 1;
        _count--;
        return oldest;
    }

    private void Write(SumResult result, long line)
    {
        if (result.IsSum)
        {
            _sums.Add(result.Sum);
            return;
        }

        string why = describe(result);
        _sums.Add($"error: {why}");
        Complain(line, why);
        Unanswered++;
        _failures[(int)result.Outcome]++;
        if (result.Outcome == SumOutcome.WrongAnswer)
            WrongAnswers++;
    }

    private void Complain(long line, string why)
    {
        Missing++;
        complain(line, why);
    }
}
