namespace SumSocket.Reports.Page;

/// <summary>Silences as bars, a chart for each direction and again for those with TCP keep-alive of their own.</summary>
internal static class SilenceCharts
{
    private const int MaxBars = 200; // on a page

    /// <summary>In the order of the directions, those with keep-alive of their own last, and then from the shortest to the longest.
    /// </summary>
    public static IEnumerable<SilenceDocument> Sort(IdleDocument run) =>
        run.Silences.OrderBy(one => one.First).ThenBy(one => one.KeepAlive != run.KeepAlive).ThenBy(one => one.SilenceMs.Time);

    public static IReadOnlyList<Chart> Make(IdleDocument run)
    {
        ServerKnowledge server = new(run.Server.Reached)
        {
            ReadTimeout = run.Server.ReadTimeoutMs?.Time,
            Lifetime = run.Server.MaxLifetimeMs?.Time,
        };
        var groups = Sort(run).Select(one => new SilenceBar(one, server))
            .GroupBy(one => (one.Silence.First, HasOwn: one.Silence.KeepAlive != run.KeepAlive)).ToArray();
        if (groups.Length == 0)
            return [];
        double[] seconds = [.. groups.SelectMany(group => group).Select(one => one.Length.TotalSeconds)];
        Axis x = seconds.Max() > 3 * seconds.Min() ? Axis.Doubling(seconds.Min(), seconds.Max()) : Axis.Seconds(seconds.Max());
        return [.. groups.Select(group =>
        {
            IdleLimitDocument? limit = run.Limits.FirstOrDefault(one => one.First == group.Key.First);
            string id = $"{group.Key.First}{(group.Key.HasOwn ? "-keep-alive" : "")}".ToLowerInvariant();
            string name = IdleVerdict.Name(group.Key.First);
            string title = $"{char.ToUpperInvariant(name[0])}{name[1..]}{(group.Key.HasOwn ? ", with TCP keep-alive" : "")}";
            return Make($"silences-{id}", title, [.. group], limit, x, Math.Max(MaxBars / groups.Length, 1));
        })];
    }

    private static Chart Make(string id, string title, SilenceBar[] all, IdleLimitDocument? limit, Axis x, int most)
    {
        SilenceBar[] bars = Fold(all, limit, most);
        double height = 1.0 / bars.Length;
        return new Chart(id, title, Summarize(all, bars.Length), x, Axis.Lanes([.. bars.Select(bar => bar.Name)]))
        {
            Group = id,
            Rows = bars.Length,
            Bands = limit is { LivedMs: { } lived, DiedMs: { } died }
                ? [Band(x.Position(lived.Time.TotalSeconds), x.Position(died.Time.TotalSeconds))] : [],
            Areas =
            [
                .. bars.Select((bar, i) => (bar.Class, Box: Box(bar, i))).GroupBy(one => one.Class).OrderBy(group => group.Key)
                    .Select(group => new ChartPath(
                        $"length {group.Key.Css}", PathData.Boxes(group.Select(one => one.Box)), group.Key.Name)),
                .. limit is { LivedMs: { } from, DiedMs: { } to }
                    ? (ChartPath[])[new ChartPath(
                        "limit", "", $"limit without keep-alive: {IdleVerdict.Time(from.Time)} to {IdleVerdict.Time(to.Time)}")]
                    : [],
            ],
            Labels = [.. bars.Select((bar, i) => new ChartLabel(x.Position(bar.Length.TotalSeconds), 1 - (i + 0.5) * height, bar.Words))],
            Hits =
            [
                .. bars.Select((bar, i) => new ChartHit(
                    0, 1, $"{bar.Name} of silence\n{bar.Silence.Text}\nTCP keep-alive: {bar.Silence.KeepAlive}", i)),
            ],
        };

        (double, double, double, double) Box(SilenceBar bar, int row) =>
            (0, x.Position(bar.Length.TotalSeconds), 1 - (row + 0.9) * height, 1 - (row + 0.1) * height);
    }

    /// <summary>A bracket, which may be finer than can be seen.</summary>
    private static ChartBand Band(double from, double to)
    {
        double left = Math.Min(from, 0.996);
        return new ChartBand(left, Math.Max(to, left + 0.004), "limit");
    }

    /// <summary>So many at most: those at both sides of the limit, the first, the last, and others evenly between.</summary>
    private static SilenceBar[] Fold(SilenceBar[] all, IdleLimitDocument? limit, int most)
    {
        if (all.Length <= most)
            return all;
        HashSet<int> kept = [.. Enumerable.Range(0, most).Select(i => (int)((long)i * (all.Length - 1) / Math.Max(most - 1, 1)))];
        int[] edges =
        [
            .. ((TimeSpan?[])[limit?.LivedMs?.Time, limit?.DiedMs?.Time])
                .Select(edge => Array.FindIndex(all, one => one.Silence.SilenceMs.Time == edge)).Where(at => at >= 0),
        ];
        foreach (int at in edges.Where(kept.Add).ToArray())
            kept.Remove(kept.Except([0, all.Length - 1, .. edges]).MinBy(one => Math.Abs(one - at)));

        return [.. kept.Order().Select(i => all[i])];
    }

    private static string Summarize(SilenceBar[] all, int shown)
    {
        SilenceBar[] lived = [.. all.Where(one => one.HasLived)];
        string text = lived.Length switch
        {
            0 => $"None of {Figures.Count(all.Length)} lived",
            _ when lived.Length == all.Length => $"All {Figures.Count(all.Length)} lived, up to {all[^1].Name}",
            _ => $"{Figures.Count(lived.Length)} of {Figures.Count(all.Length)} lived, the longest {lived[^1].Name}",
        };
        if (all.FirstOrDefault(one => !one.HasLived && one.Class.Css != "unknown") is { } died)
            text += $"; the shortest that did not, {died.Name}: {died.Words}";
        return $"{text}.{(shown < all.Length ? $" {Figures.Count(shown)} of them are drawn." : "")}";
    }
}

/// <summary>A silence as a bar.</summary>
internal sealed record SilenceBar(SilenceDocument Silence, ServerKnowledge Server)
{
    public SilenceClass Class { get; } = SilenceClass.Of(Silence, Server);

    /// <summary>Its silence, for people.</summary>
    public string Name => IdleVerdict.Time(Silence.SilenceMs.Time);

    public bool HasLived => Class.Css == "lived";

    /// <summary>How long the connection was there, as far as that is known.</summary>
    public TimeSpan Length => IsSeen && Silence.AtMs.Time < Silence.SilenceMs.Time ? Silence.AtMs.Time : Silence.SilenceMs.Time;

    /// <summary>A few words beside it.</summary>
    public string Words => IsSeen ? $"{Class.Name} after {IdleVerdict.Time(Silence.AtMs.Time)}" : Class.Name;

    private bool IsSeen => Silence.End is SilenceEnd.Fin or SilenceEnd.Rst or SilenceEnd.ServerEnded or SilenceEnd.Failed;
}

/// <summary>What came of a silence, with its class in the style sheet.</summary>
internal sealed record SilenceClass(string Css, string Name) : IComparable<SilenceClass>
{
    private static readonly string[] _order = ["lived", "fin", "rst", "on_byte", "no_answer", "own", "unknown"];

    public static SilenceClass Of(SilenceDocument one, ServerKnowledge server)
    {
        bool isSeen = one.End is SilenceEnd.Fin or SilenceEnd.Rst;
        bool isOwn = one.End == SilenceEnd.ServerEnded
            || (isSeen && server.Limit(one.First) is { } limit && one.AtMs.Time >= limit * 0.95 && one.AtMs.Time <= limit * 1.1);
        return isOwn ? new SilenceClass("own", "server's own limit") : new SilenceClass(CssOf(one.End), NameOf(one.End));
    }

    public static string NameOf(SilenceEnd end) => end switch
    {
        SilenceEnd.Answered => "answered",
        SilenceEnd.Alive => "no end seen",
        SilenceEnd.Fin => "FIN",
        SilenceEnd.Rst => "RST",
        SilenceEnd.FinOnByte => "FIN to the first byte",
        SilenceEnd.RstOnByte => "RST to the first byte",
        SilenceEnd.NoAnswer => "no answer",
        SilenceEnd.Failed => "given up by TCP",
        SilenceEnd.SourceChanged => "another source",
        SilenceEnd.ServerEnded => "ended by the server",
        _ => "not tried",
    };

    public static string CssOf(SilenceEnd end) => end switch
    {
        SilenceEnd.Answered or SilenceEnd.Alive => "lived",
        SilenceEnd.Fin => "fin",
        SilenceEnd.Rst or SilenceEnd.SourceChanged => "rst",
        SilenceEnd.FinOnByte or SilenceEnd.RstOnByte => "on_byte",
        SilenceEnd.NoAnswer or SilenceEnd.Failed => "no_answer",
        SilenceEnd.ServerEnded => "own",
        _ => "unknown",
    };

    public int CompareTo(SilenceClass? other) => other is null
        ? 1 : (Array.IndexOf(_order, Css), Name).CompareTo((Array.IndexOf(_order, other.Css), other.Name));
}
