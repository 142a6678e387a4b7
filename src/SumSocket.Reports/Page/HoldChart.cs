namespace SumSocket.Reports.Page;

/// <summary>How many of many silent connections were open, and how many had ended in which way, over time.</summary>
internal static class HoldChart
{
    private const int Places = 100;
    private const int MaxEnds = 16;     // there is one of each kind
    private const int MaxPoints = 1000; // none of ours has as many

    public static Chart Make(IdleDocument run, HoldDocument hold)
    {
        (EndsDocument Ends, (TimeSpan At, long Ended)[] Curve)[] ends = [.. hold.Ends.Take(MaxEnds).Select(one => (one, CurveOf(one)))];
        TimeSpan[] times = [.. ends.SelectMany(one => one.Curve).Select(point => point.At)];
        TimeSpan end = times.Append(run.ToMs.Time).Max() * 1.03;
        Axis x = Axis.Seconds(end.TotalSeconds);
        Axis y = Axis.Linear(Math.Max(hold.Connected.Value, 1), Figures.Count, isWhole: true);
        double over = x.Position(run.ToMs.Time.TotalSeconds);
        TimeSpan[] changes = [.. times.Distinct().Order()];
        return new Chart("hold", "Connections open and ended", Summarize(run, hold), x, y)
        {
            Areas = [new ChartPath("below lived", PathData.Below(Steps(Open)), null)],
            Lines =
            [
                .. ends.Select(one => new ChartPath(
                    $"line {SilenceClass.CssOf(one.Ends.End)}", PathData.Steps(Steps(at => Ended(one.Curve, at))),
                    $"ended: {SilenceClass.NameOf(one.Ends.End)}")),
                new ChartPath("line lived", PathData.Steps(Steps(Open)), "open and silent"),
                new ChartPath("line asked unknown", PathData.Through([(over, 0), (over, 1)]), "end of the silence"),
            ],
            Hits = ChartHit.Row([.. Enumerable.Range(1, Places).Select(i => ((double)i / Places, Text(end * ((i - 0.5) / Places))))]),
        };

        long Open(TimeSpan at) => Math.Max(hold.Connected.Value - ends.Sum(one => Ended(one.Curve, at)), 0);

        (double From, double To, double? Value)[] Steps(Func<TimeSpan, long> read)
        {
            TimeSpan[] from = [TimeSpan.Zero, .. changes];
            double[] places = [.. from.Append(end).Select(at => x.Position(at.TotalSeconds))];
            return [.. from.Select((at, i) => (places[i], places[i + 1], (double?)y.Position(read(at))))];
        }

        string Text(TimeSpan at) => $"{Figures.Seconds(at)}\n{Figures.Count(Open(at))} open"
            + string.Concat(ends.Select(one => $"\n{Figures.Count(Ended(one.Curve, at))} ended: {SilenceClass.NameOf(one.Ends.End)}"));
    }

    private static long Ended((TimeSpan At, long Ended)[] curve, TimeSpan at) => curve.LastOrDefault(point => point.At <= at).Ended;

    /// <summary>How many had ended when; of a result without that, from the first and the last.</summary>
    private static (TimeSpan At, long Ended)[] CurveOf(EndsDocument ends)
    {
        IEnumerable<(TimeSpan At, long Ended)> curve = ends.Curve?.Take(MaxPoints).Select(point => (point.AtMs.Time, point.Ended.Value))
            ?? [(ends.FirstMs.Time, 1), (ends.LastMs.Time, ends.Count.Value)];
        return [.. curve.Order()];
    }

    private static string Span(EndsDocument ends)
    {
        (string first, string last) = (IdleVerdict.Time(ends.FirstMs.Time), IdleVerdict.Time(ends.LastMs.Time));
        return first == last ? first : $"{first} to {last}";
    }

    private static string Summarize(IdleDocument run, HoldDocument hold)
    {
        string ends = string.Concat(hold.Ends.Select(one =>
            $", {Figures.Count(one.Count.Value)} ended ({SilenceClass.NameOf(one.End)}) after {Span(one)}"));
        string lived = run.Mode == IdleMode.Any ? "had no end" : $"answered after {IdleVerdict.Time(run.ToMs.Time)}";
        return $"{Figures.Count(hold.Connected.Value)} connected, {Figures.Count(hold.Lived.Value)} {lived}{ends}.";
    }
}
