namespace SumSocket.Commands.Idle;

/// <summary>The lines of a run for people.</summary>
internal static class IdleTexts
{
    private const int BarLength = 20;

    public static string Header(string target, string transport) => $"IDLE {target} ({transport})\n";

    /// <summary>What is going to be tried, and how long that takes.</summary>
    public static string Plan(IdleSettings settings, ServerKnowledge server, IReadOnlyList<SilenceSearch> searches, TimeSpan longest)
    {
        IdlePlan plan = settings.Plan;
        StringBuilder text = new();
        string what = settings.IsAny ? "only watched: nothing is sent"
            : string.Join(" and ", searches.Where(search => !search.HasKeepAlive).Select(search => IdleVerdict.Name(search.First)));
        bool isTcp = settings.KeepAlive is not null || searches.Any(search => search.HasKeepAlive); // over UDP there is none
        text.Append(Invariant($"silences {Range(plan)}, {what}{(isTcp ? $", {KeepAlive(settings)}" : "")}"));
        text.Append(searches.Any(search => search.HasKeepAlive) ? ", and with it for those that do not live without\n" : "\n");
        text.Append(Limits(settings, server, searches));
        return text.Append($"takes at most {IdleVerdict.Time(longest)}\n\n").ToString();
    }

    /// <summary>The same for many connections.</summary>
    public static string Plan(IdleSettings settings, ServerKnowledge server, SilenceBreaker first)
    {
        IdlePlan plan = settings.Plan;
        string why = first == SilenceBreaker.Server && settings.First == IdleFirst.Both
            ? $", since the server closes after {IdleVerdict.Time(server.Limit(SilenceBreaker.Client)!.Value)} without a request" : "";
        string note = server.Limit(first) is { } limit && limit * 0.95 < plan.To
            ? $"the server itself ends a connection after {IdleVerdict.Time(limit)}: start it with --timeout none\n" : "";
        return $"{TextFigures.Count(settings.Connections, "connection")} silent for {IdleVerdict.Time(plan.To)}, "
            + $"{IdleVerdict.Name(first)}{why}, {KeepAlive(settings)}\n{note}"
            + $"takes {IdleVerdict.Time(plan.To)} from when all are open, and up to {IdleVerdict.Time(plan.Patience)} for the answers\n\n";
    }

    /// <summary>One line for a result.</summary>
    public static string Line(SilenceResult result) =>
        $"{IdleVerdict.Name(result.Try.First),-12}  {IdleVerdict.Time(result.Try.Silence),8}  "
        + (result.Try.KeepAlive is { } alive ? $"keep-alive {IdleVerdict.Time(alive.Idle)}: " : "")
        + Clean(IdleVerdict.Words(result)) + "\n";

    /// <summary>One line for each silence that is being tried, the next to end first.</summary>
    public static IReadOnlyList<string> Running(IReadOnlyList<(SilenceTry Try, TimeSpan Since)> running) =>
        [.. running.OrderBy(one => one.Try.Silence - one.Since).Select(one =>
        {
            double part = Math.Clamp(one.Since / one.Try.Silence, 0, 1);
            TimeSpan left = one.Try.Silence > one.Since ? one.Try.Silence - one.Since : TimeSpan.Zero;
            string bar = new string('#', (int)(part * BarLength)).PadRight(BarLength, '.');
            return $"{IdleVerdict.Name(one.Try.First),-12}  {IdleVerdict.Time(one.Try.Silence),8}  {bar}  "
                + (left > TimeSpan.Zero ? $"{Math.Ceiling(left.TotalSeconds)} s left" : "waits for the answer")
                + (one.Try.KeepAlive is null ? "" : " (keep-alive)");
        })];

    /// <summary>How many silences have ended, and which are being tried, in a line.</summary>
    public static string Now(int results, IReadOnlyList<(SilenceTry Try, TimeSpan Since)> running)
    {
        string next = running.Count == 0 ? "" : ", the next ends in "
            + IdleVerdict.Time(running.Min(one => one.Try.Silence > one.Since ? one.Try.Silence - one.Since : TimeSpan.Zero));
        return Invariant($"{TextFigures.Count(results, "silence")} tried, {running.Count} under way{next}");
    }

    /// <summary>What became of many silent connections.</summary>
    public static IEnumerable<string> Verdict(ServerKnowledge server, IdleSettings settings, HoldResult result, SilenceBreaker first)
    {
        string silence = IdleVerdict.Time(settings.Plan.To);
        if (result.Connected < result.Wanted)
        {
            string why = string.Join(", ", result.Failures.Select(one => Invariant($"{one.Key}: {one.Value}")));
            yield return Invariant($"{result.Connected} of {result.Wanted} connected{(why.Length > 0 ? $" ({why})" : "")}.");
        }

        string lived = first == SilenceBreaker.Neither ? "had no end" : "answered";
        yield return result.IsInterrupted
            ? Invariant($"Stopped: {result.Open} of {TextFigures.Count(result.Connected, "connection")} were still open.")
            : Invariant($"{result.Lived} of {TextFigures.Count(result.Wanted, "connection")} {lived} after {silence} of silence.");
        foreach (HoldEnd end in result.Ends.OrderByDescending(end => end.Count))
        {
            string when = end.First == end.Last || IdleVerdict.Time(end.First) == IdleVerdict.Time(end.Last)
                ? IdleVerdict.Time(end.First) : $"{IdleVerdict.Time(end.First)} to {IdleVerdict.Time(end.Last)}";
            TimeSpan? limit = server.Limit(first);
            string by = end.End == SilenceEnd.ServerEnded || (limit is { } own && end.First >= own * 0.95 && end.First <= own * 1.1)
                ? ", by the server itself" : server.KnowsPath ? ", not by a limit of the server" : "";
            yield return Invariant($"{end.Count} ended with {Name(end.End)} after {when}{by}.");
        }

        if (result.Unanswered > 0)
        {
            yield return Invariant($"{result.Unanswered} gave no answer within {IdleVerdict.Time(settings.Plan.Patience)}, and no end: ")
                + "forgotten on the way, or never served, as by a proxy that is at its limit of connections.";
        }

        if (!result.IsInterrupted && result.Ends.Count > 0)
        {
            string from = settings.Plan.To > TimeSpan.FromSeconds(1) ? "1s" : "100ms";
            yield return $"Without -c, idle --for {from}..{new Duration(settings.Plan.To)} finds out how long one lives, and what helps.";
        }
    }

    /// <summary>An end for people.</summary>
    public static string Name(SilenceEnd end) => end switch
    {
        SilenceEnd.Fin => "a FIN",
        SilenceEnd.Rst => "an RST",
        SilenceEnd.FinOnByte => "a FIN to the first byte",
        SilenceEnd.RstOnByte => "an RST to the first byte",
        SilenceEnd.ServerEnded => "a word of the server",
        _ => "an error of TCP",
    };

    /// <summary>What a peer says is part of some lines.</summary>
    public static string Clean(string text) => string.Concat(text.Select(c => char.IsControl(c) ? '?' : c));

    private static string Limits(IdleSettings settings, ServerKnowledge server, IReadOnlyList<SilenceSearch> searches)
    {
        StringBuilder text = new();
        foreach (SilenceSearch search in searches.Where(search => !search.HasKeepAlive && search.Limit is not null))
        {
            string why = search.Limit == server.Lifetime
                ? "lets no connection become older than" : "closes a connection without a request after";
            string upTo = search.Ladder is [.., var longest] ? $"is tried up to {IdleVerdict.Time(longest)}" : "is not tried";
            text.Append($"the server {why} {IdleVerdict.Time(search.Limit!.Value)}: {IdleVerdict.Name(search.First)} {upTo}")
                .Append(search.Limit == server.Lifetime ? "\n" : " (start it with --timeout none for more)\n");
        }

        if (!server.KnowsDelay && settings.Breakers.Contains(SilenceBreaker.Server))
            text.Append("the server does not know Delay: server first is not tried\n");
        return text.ToString();
    }

    private static string Range(IdlePlan plan) => plan.From == plan.To
        ? IdleVerdict.Time(plan.To) : $"{IdleVerdict.Time(plan.From)} to {IdleVerdict.Time(plan.To)}";

    private static string KeepAlive(IdleSettings settings) => settings.KeepAlive is null
        ? "without keep-alive" : $"with TCP keep-alive {new KeepAliveSetting(settings.KeepAlive)}";

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
