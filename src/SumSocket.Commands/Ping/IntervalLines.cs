namespace SumSocket.Commands.Ping;

/// <summary>Puts the requests that all workers of a ping send at the same instant together, for one line when all have ended. What is
/// lost is known only at its time-out, so those that have ended do not wait for the others for long.</summary>
internal sealed class IntervalLines(int workers)
{
    private static readonly TimeSpan _enough = TimeSpan.FromMilliseconds(100); // answers of one instant come closer together

    private const int MostOpen = 10_000; // what has no time-out may never end

    private readonly SortedDictionary<long, int> _ended = []; // by sequence, how many have ended of those that are not all there yet
    private readonly SortedDictionary<long, List<PingRound>> _waiting = [];

    /// <summary>Adds one.</summary>
    /// <returns>What is to write now, those of one line each.</returns>
    public IEnumerable<IReadOnlyList<PingRound>> Add(PingRound round)
    {
        List<IReadOnlyList<PingRound>> lines = [.. Take(waiting => (round.At - waiting[^1].At).Duration() > _enough)];
        if (!_waiting.TryGetValue(round.Sequence, out List<PingRound>? together))
            _waiting[round.Sequence] = together = [];
        together.Add(round);
        int ended = _ended.GetValueOrDefault(round.Sequence) + 1;
        if (ended < workers)
        {
            _ended[round.Sequence] = ended;
            if (_ended.Count > MostOpen)
                _ended.Remove(_ended.First().Key);
            return lines;
        }

        _ended.Remove(round.Sequence);
        _waiting.Remove(round.Sequence);
        return [.. lines, .. Split(together)];
    }

    /// <summary>All that waits.</summary>
    public IEnumerable<IReadOnlyList<PingRound>> TakeAll() => Take(_ => true);

    private List<IReadOnlyList<PingRound>> Take(Func<List<PingRound>, bool> which)
    {
        List<IReadOnlyList<PingRound>> lines = [];
        foreach ((long sequence, List<PingRound> together) in _waiting.ToArray())
        {
            if (!which(together))
                continue;
            _waiting.Remove(sequence);
            lines.AddRange(Split(together));
        }

        return lines;
    }

    /// <summary>A line for each way in which they ended.</summary>
    private static IEnumerable<IReadOnlyList<PingRound>> Split(List<PingRound> together) =>
        together.GroupBy(round => (round.Outcome, round.Reason, round.Outcome == SumOutcome.WrongAnswer ? round.Worker : 0))
            .Select(group => (IReadOnlyList<PingRound>)[.. group]);
}
