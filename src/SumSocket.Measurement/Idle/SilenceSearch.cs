namespace SumSocket.Measurement.Idle;

/// <summary>Finds how long a silence lives, for one who speaks first. It decides which silences to try and which are no longer needed; it
/// tries none itself.</summary>
/// <remarks>All of the ladder is tried at the same time. When a silence has lived, those between it and the next of the ladder start at
/// once, not only when the next has died: the limit is then known after one and a half times the longest silence.</remarks>
internal sealed class SilenceSearch
{
    private readonly IdlePlan _plan;
    private readonly SilenceSearch? _without; // the same without keep-alive
    private readonly HashSet<TimeSpan> _started = [];
    private readonly HashSet<TimeSpan> _running = [];
    private readonly List<SilenceResult> _results = [];
    private bool _isStarted;

    /// <param name="plan">The plan.</param>
    /// <param name="first">Who speaks first.</param>
    /// <param name="limit">The server's own limit; null for none.</param>
    public SilenceSearch(IdlePlan plan, SilenceBreaker first, TimeSpan? limit = null)
    {
        (_plan, First, Ladder) = (plan, first, plan.Ladder(limit));
        Limit = Ladder.Count == 0 || Ladder[^1] < plan.To ? limit : null;
    }

    /// <summary>The same again with keep-alive, but only as far as <paramref name="without"/> needs it: one silence, too long without.
    /// </summary>
    public SilenceSearch(IdlePlan plan, SilenceSearch without)
    {
        (_plan, First, _without) = (plan, without.First, without);
        Ladder = [.. without.Ladder.Where(silence => silence >= TimeSpan.FromSeconds(2))]; // the kernel's shortest is 1 s
    }

    public SilenceBreaker First { get; }

    public bool HasKeepAlive => _without is not null;

    /// <summary>The silences that are tried at first.</summary>
    public IReadOnlyList<TimeSpan> Ladder { get; }

    /// <summary>The server's own limit, where it cut the ladder short.</summary>
    public TimeSpan? Limit { get; }

    public IReadOnlyList<SilenceResult> Results => _results;

    /// <summary>The longest silence that lived, below those that did not; zero for none.</summary>
    public TimeSpan Lived { get; private set; }

    /// <summary>The result with the shortest silence that did not live; null when all lived.</summary>
    public SilenceResult? Death { get; private set; }

    /// <summary>A silence that lived although a shorter one did not; null for none.</summary>
    public TimeSpan? Contradiction => _results.Where(result => result.HasLived && result.Try.Silence > Death?.DiedAt)
        .Select(result => (TimeSpan?)result.Try.Silence).Max();

    /// <summary>Whether nothing more can be learned.</summary>
    public bool IsDone => _isStarted && _running.Count == 0;

    /// <summary>What to try now.</summary>
    public IReadOnlyList<SilenceTry> Next()
    {
        IEnumerable<TimeSpan> silences = _isStarted ? Refinement() : Ladder;
        _isStarted = true;
        SilenceTry[] next =
            [.. silences.Where(_started.Add).Select(silence => new SilenceTry(
                First, silence, HasKeepAlive ? IdlePlan.KeepAliveFor(silence) : null))];
        foreach (SilenceTry one in next)
            _running.Add(one.Silence);
        return next;
    }

    /// <summary>Takes a result.</summary>
    public void Add(SilenceResult result)
    {
        _running.Remove(result.Try.Silence);
        if (result.End == SilenceEnd.Stopped)
            return;
        _results.Add(result);
        if (result.HasDied)
            Death = Shortest();
        Lived = _results.Where(one => one.HasLived && (Death is null || one.Try.Silence < Death.DiedAt))
            .Select(one => one.Try.Silence).DefaultIfEmpty().Max();
    }

    /// <summary>Whether the result of a silence would add nothing.</summary>
    public bool IsMoot(TimeSpan silence)
    {
        if (_without is not null)
            return _without.Death is { } death ? silence != Ladder.FirstOrDefault(rung => IsTooLong(rung, death)) : _without.IsDone;
        return silence <= Lived || silence >= Death?.DiedAt;
    }

    /// <summary>Whether a silence is clearly too long without keep-alive. Where the end was seen, one of the same length may just miss it.
    /// </summary>
    public static bool IsTooLong(TimeSpan silence, SilenceResult death) => silence >= death.DiedAt * (death.IsSeen ? 1.1 : 1);

    /// <summary>Of ends at about the same time one that was seen: a byte sent at that very moment may meet what it likes.</summary>
    private SilenceResult Shortest()
    {
        SilenceResult shortest = _results.Where(one => one.HasDied).MinBy(one => one.DiedAt)!;
        return _results.Where(one => one.IsSeen && one.DiedAt <= shortest.DiedAt * 1.02).MinBy(one => one.DiedAt) ?? shortest;
    }

    private IReadOnlyList<TimeSpan> Refinement()
    {
        if (_without is not null || Lived == TimeSpan.Zero || First == SilenceBreaker.Neither)
            return [];
        if (Death is not null)
            return _running.Any(silence => !IsMoot(silence)) ? [] : _plan.Between(Lived, Death.DiedAt);
        TimeSpan next = Ladder.FirstOrDefault(rung => rung > Lived);
        if (!Ladder.Contains(Lived) || !_running.Contains(next))
            return [];
        return _plan.Between(Lived, next);
    }
}
