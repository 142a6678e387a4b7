namespace SumSocket.Measurement.Bench;

/// <summary>Finds the first right answer of each measured connection of a client. Connections and answers are reported by different
/// threads: an answer may be reported before the connection it came on, or after the next connection. Their time stamps say which
/// belongs to which.</summary>
internal sealed class FirstAnswers
{
    private const int Remembered = 32;       // an answer is ahead of its connection by a few instructions
    private const int MostUnanswered = 4096; // of connections that are lost without an answer

    private readonly Lock _lock = new();
    private readonly Queue<(long Began, long Made)> _unanswered = new(); // the oldest first
    private readonly Queue<long> _others = new(Remembered);              // right answers that were no first ones so far

    /// <summary>A connection was made.</summary>
    /// <returns>When its first right answer came, where that was reported already.</returns>
    public long? Connected(long began, long made)
    {
        lock (_lock)
        {
            while (_others.TryDequeue(out long ended))
            {
                if (ended >= made)
                    return ended;
            }

            if (_unanswered.Count == MostUnanswered)
                _unanswered.Dequeue();
            _unanswered.Enqueue((began, made));
            return null;
        }
    }

    /// <summary>A right answer came.</summary>
    /// <returns>When the connect began whose first right answer this is; null when it is none. Connections before that one have
    /// none.</returns>
    public long? Answered(long ended)
    {
        lock (_lock)
        {
            long? began = null;
            while (_unanswered.TryPeek(out (long Began, long Made) connection) && connection.Made <= ended)
                began = _unanswered.Dequeue().Began;
            if (began is not null)
                return began;
            if (_others.Count == Remembered)
                _others.Dequeue();
            _others.Enqueue(ended);
            return null;
        }
    }
}
