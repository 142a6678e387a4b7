using System.Globalization;
using SumSocket.Sockets;

namespace SumSocket.Measurement.Idle;

/// <summary>Who ended a connection.</summary>
internal enum EndedBy
{
    /// <summary>What stands between.</summary>
    Path,

    /// <summary>The server: it said so, or its limits do.</summary>
    Server,

    /// <summary>One of the two: the server does not report its limits.</summary>
    PathOrServer,
}

/// <summary>All that a run has found.</summary>
/// <param name="Plan">What was to be tried.</param>
/// <param name="Server">What the server said of itself.</param>
internal sealed record IdleFindings(IdlePlan Plan, ServerKnowledge Server)
{
    public IReadOnlyList<SilenceSearch> Searches { get; init; } = [];

    /// <summary>How the server says that the connection of a search's death ended.</summary>
    public IReadOnlyDictionary<SilenceSearch, string> ServerSays { get; init; } = new Dictionary<SilenceSearch, string>();

    public IReadOnlyList<KnownHop> Hops { get; init; } = [];

    /// <summary>Whether it was over UDP.</summary>
    public bool IsUdp { get; init; }

    /// <summary>Keep-alive of the connections by themselves.</summary>
    public KeepAlive? KeepAlive { get; init; }

    public bool IsInterrupted { get; init; }

    /// <summary>The searches that were not made again with keep-alive.</summary>
    public IEnumerable<SilenceSearch> Plain => Searches.Where(search => !search.HasKeepAlive);

    /// <summary>The longest silence that lives in each direction that was tried; zero for none.</summary>
    public TimeSpan Lived => Plain.Select(search => search.Lived).DefaultIfEmpty().Min();

    /// <summary>What came of the silence with keep-alive that was too long without; null when that is unknown.</summary>
    public SilenceResult? WithKeepAlive(SilenceSearch without)
    {
        SilenceSearch? search = Searches.FirstOrDefault(search => search.HasKeepAlive && search.First == without.First);
        return without.Death is not { } death ? null : search?.Results
            .Where(result => SilenceSearch.IsTooLong(result.Try.Silence, death) && (result.HasLived || result.HasDied))
            .MinBy(result => result.Try.Silence);
    }

    public IReadOnlyList<KnownHop> Near(SilenceSearch search) =>
        search.Death is { } death && Who(search) != EndedBy.Server
            ? KnownHop.Near(Hops, death.IsSeen ? death.DiedAt : search.Lived, death.DiedAt)
            : [];

    /// <summary>Who ended the connection of a search's death.</summary>
    public EndedBy Who(SilenceSearch search)
    {
        SilenceResult death = search.Death!;
        if (death.End == SilenceEnd.ServerEnded)
            return EndedBy.Server;
        if (ServerSays.TryGetValue(search, out string? says))
            return says is "idle_timeout" or "read_timeout" or "max_lifetime" or "server_stopping" ? EndedBy.Server : EndedBy.Path;
        TimeSpan? limit = Server.Limit(search.First);
        bool isAtLimit = death.IsSeen && limit is { } known && death.At >= known * 0.95 && death.At <= known * 1.1;
        bool isSeen = death.End is SilenceEnd.Fin or SilenceEnd.Rst or SilenceEnd.FinOnByte or SilenceEnd.RstOnByte;
        return isAtLimit ? EndedBy.Server : Server.KnowsPath || IsUdp || !isSeen ? EndedBy.Path : EndedBy.PathOrServer;
    }
}

/// <summary>What a person acts on, in a few sentences.</summary>
internal static class IdleVerdict
{
    public static IReadOnlyList<string> Of(IdleFindings found)
    {
        List<string> sentences = [];
        foreach (SilenceSearch search in found.Plain)
        {
            sentences.Add(Limit(found, search));
            if (search.Limit is { } limit)
                sentences.Add(Capped(found, search, limit));
        }

        SilenceSearch? shortest = found.Plain.Where(search => search.Death is not null).MinBy(search => search.Death!.DiedAt);
        if (shortest is not null)
        {
            if (Help(found, shortest) is { } help)
                sentences.Add(help);
            if (found.Near(shortest) is [_, ..] near)
                sentences.Add($"A limit such as that of {string.Join(", ", near.Select(hop => $"{hop.Name}: {Time(hop.Limit)}"))}.");
        }

        int unusable = found.Searches.Sum(search => search.Results.Count(result => result.End == SilenceEnd.Unusable));
        if (unusable > 0)
            sentences.Add(string.Create(CultureInfo.InvariantCulture, $"{unusable} of the connections could not be used."));
        if (found.IsInterrupted)
            sentences.Add("It was stopped before the end.");
        return sentences;
    }

    /// <summary>Figures that stay apart in a bracket: <c>19.8 s</c>, <c>348 s</c>, <c>10 min</c>, <c>1 h</c>.</summary>
    public static string Time(TimeSpan time) => time.TotalSeconds switch
    {
        >= 3_600 when time.Ticks % TimeSpan.TicksPerHour == 0 => Text($"{time.TotalHours:0} h"),
        >= 600 when time.Ticks % TimeSpan.TicksPerMinute == 0 => Text($"{time.TotalMinutes:0} min"),
        < 1 => Text($"{time.TotalMilliseconds:0} ms"),
        < 10 => Text($"{time.TotalSeconds:0.##} s"),
        < 100 => Text($"{time.TotalSeconds:0.#} s"),
        _ => Text($"{time.TotalSeconds:0} s"),
    };

    /// <summary>A few words on what came of a silence.</summary>
    public static string Words(SilenceResult result) => result.End switch
    {
        SilenceEnd.Answered => "answered",
        SilenceEnd.Alive => "no end seen",
        SilenceEnd.Fin => $"FIN after {Time(result.At)}",
        SilenceEnd.Rst => $"RST after {Time(result.At)}",
        SilenceEnd.FinOnByte => $"FIN to the first byte after {Time(result.Try.Silence)}",
        SilenceEnd.RstOnByte => $"RST to the first byte after {Time(result.Try.Silence)}",
        SilenceEnd.NoAnswer => "silence" + Retransmits(result) + (result.Then is { } then ? $"; a request then: {Then(then)}" : ""),
        SilenceEnd.Failed => $"{SocketErrors.Describe(result.Error)} after {Time(result.At)}",
        SilenceEnd.SourceChanged => $"answered from another source: {result.Detail}",
        SilenceEnd.ServerEnded => $"ended by the server after {Time(result.At)}",
        SilenceEnd.Refused => $"no such Delay: {result.Detail}",
        SilenceEnd.Unusable => $"not tried: {result.Detail}",
        _ => "given up",
    };

    /// <summary>Who speaks first, for people.</summary>
    public static string Name(SilenceBreaker first) => first switch
    {
        SilenceBreaker.Client => "client first",
        SilenceBreaker.Server => "server first",
        _ => "only watched",
    };

    private static string Limit(IdleFindings found, SilenceSearch search)
    {
        string who = Sentence(search.First);
        if (search.Death is not { } death)
        {
            string refused = search.Results.Any(result => result.End == SilenceEnd.Refused)
                ? " Longer ones the server does not hold back (its --max-delay)." : "";
            string more = search.First == SilenceBreaker.Neither && search.Lived > TimeSpan.Zero
                ? "; nothing was sent, so a hop that forgets without a sign is not seen" : "";
            return search.Lived > TimeSpan.Zero
                ? $"{who}: a silence of {Time(search.Lived)} is survived{more}.{refused}"
                : $"{who}: nothing was found out.{refused}";
        }

        TimeSpan died = death.DiedAt;
        bool isAtOnce = search.Lived == TimeSpan.Zero || Time(search.Lived) == Time(died);
        string span = death.IsSeen && (search.First == SilenceBreaker.Neither || isAtOnce)
            ? $"{who}: a silent connection lives for {Time(died)}"
            : search.Lived == TimeSpan.Zero ? $"{who}: a silent connection does not even live for {Time(died)}"
            : $"{who}: a silent connection lives between {Time(search.Lived)} and {Time(died)}";
        string contradiction = search.Contradiction is { } longer ? $" It is not the same each time: one lived for {Time(longer)}." : "";
        return $"{span}; then {How(found, search, death)}.{contradiction}";
    }

    private static string How(IdleFindings found, SilenceSearch search, SilenceResult death)
    {
        string by = found.Who(search) switch
        {
            EndedBy.Server => " from the server itself",
            EndedBy.Path => " from something in between, not from the server",
            _ => " from something in between or the server, which does not report its limits",
        };
        return death.End switch
        {
            SilenceEnd.Fin => $"it is closed (FIN){by}",
            SilenceEnd.Rst => $"it is reset (RST){by}",
            SilenceEnd.FinOnByte => $"nothing shows until the next byte, which meets a FIN{by}",
            SilenceEnd.RstOnByte => $"nothing shows until the next byte, which meets an RST{by}",
            SilenceEnd.ServerEnded => "the server ends it and says so",
            SilenceEnd.Failed => $"TCP gives it up: {SocketErrors.Describe(death.Error)}",
            SilenceEnd.SourceChanged => "what is between has forgotten the binding: the client's next datagram comes from another source",
            _ when search.First == SilenceBreaker.Server =>
                $"the server's bytes vanish and the client sees nothing; a request of the client is then {Then(death.Then)}",
            _ => $"nothing shows and a request is not answered within {Time(found.Plan.Patience)}{Retransmits(death)}",
        };
    }

    private static string? Help(IdleFindings found, SilenceSearch search)
    {
        if (found.Who(search) == EndedBy.Server)
            return "To keep it alive, send a request more often, or give the server a longer limit.";
        TimeSpan bound = search.Lived > TimeSpan.Zero ? search.Lived : search.Death!.DiedAt;
        string half = Time(bound > TimeSpan.FromSeconds(4) ? TimeSpan.FromSeconds(Math.Floor(bound.TotalSeconds / 2)) : bound / 2);
        return (found.IsUdp, found.WithKeepAlive(search)) switch
        {
            (true, _) => $"To keep it alive, send a datagram at least every {half}.",
            (_, { HasLived: true } kept) =>
                $"TCP keep-alive every {Time(kept.Try.KeepAlive!.Idle)} kept it alive for {Time(kept.Try.Silence)}: set its idle time "
                + $"to at most {(search.Lived > 2 * kept.Try.KeepAlive.Idle ? half : Time(kept.Try.KeepAlive.Idle))}.",
            (_, { End: SilenceEnd.NoAnswer or SilenceEnd.Failed }) when search.Lived == TimeSpan.Zero =>
                "TCP keep-alive did not help either: the path was down altogether, or forgets sooner than the shortest silence that was "
                + "tried. Begin with a shorter one (--for).",
            (_, { HasDied: true }) =>
                "TCP keep-alive did not keep it alive, as with user-space proxies, which answer it themselves"
                + (found.Who(search) == EndedBy.PathOrServer ? ", and servers" : "") + $": send a request at least every {half}.",
            _ => $"To keep it alive, send a request at least every {half}.",
        };
    }

    private static string Capped(IdleFindings found, SilenceSearch search, TimeSpan limit) =>
        limit == found.Server.Lifetime
            ? $"No more than {Time(limit)} was tried: the server lets no connection become older (its --max-lifetime)."
            : $"{Sentence(search.First)} was not tried up to {Time(found.Plan.To)}: the server "
                + $"closes after {Time(limit)} without a request (its --timeout). Start it with --timeout none to find out.";

    private static string Sentence(SilenceBreaker first) => char.ToUpperInvariant(Name(first)[0]) + Name(first)[1..];

    private static string Then(SilenceEnd? end) => end switch
    {
        SilenceEnd.Answered => "answered",
        SilenceEnd.RstOnByte => "met by an RST",
        SilenceEnd.FinOnByte => "met by a FIN",
        _ => "not answered either",
    };

    private static string Retransmits(SilenceResult result) => result.Retransmits > 0
        ? Text($" (sent again {result.Retransmits} times)") : "";

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
