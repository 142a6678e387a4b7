namespace SumSocket.Reports.Page;

/// <summary>All percentiles as a curve, with as much room for each further nine; from when a request was due and from when it was
/// sent.</summary>
internal static class CurveChart
{
    private sealed record Curve(ReportedRun Run, string Name, string Css, LatencySummary Times);

    public static Chart Make(IReadOnlyList<ReportedRun> runs)
    {
        Curve[] curves = [.. runs.SelectMany(CurvesOf).Where(curve => curve.Times.Curve.Count > 0)];
        double[] values = [.. curves.SelectMany(curve => curve.Times.Curve).Select(point => point.Value!.Value.TotalMicroseconds)];
        long count = curves.Select(curve => curve.Times.Count).DefaultIfEmpty().Max();
        Axis x = Axis.Nines(count);
        Axis y = Axis.LogTime(values.DefaultIfEmpty(1).Min(), values.DefaultIfEmpty(10).Max());
        return new Chart
        {
            Id = "curve",
            Group = "percent",
            Title = "Latency by percentile",
            Summary = curves.Length == 0 ? "No times." : string.Join(' ', curves.Select(Sum)),
            X = x,
            Y = y,
            Lines =
            [
                .. curves.Select(curve => new ChartPath(
                    $"line {curve.Css} {curve.Run.Css}",
                    PathData.Through(curve.Times.Curve.Select(point => (Place(x, curve, point), y.Position(point.Value!.Value.TotalMicroseconds)))),
                    $"{curve.Run.Prefix}{curve.Name}")),
            ],
            Hits = curves.Length == 0 ? [] : HitsOf(curves, curves.MaxBy(curve => curve.Times.Count)!, x),
        };
    }

    private static IEnumerable<Curve> CurvesOf(ReportedRun run)
    {
        bool isOpen = run.Result.Corrected is not null;
        if (run.Result.Corrected is { } corrected)
            yield return new Curve(run, "from when due (corrected)", "corrected", corrected);
        yield return new Curve(
            run, isOpen ? "from when sent (uncorrected)" : "from when sent", isOpen ? "uncorrected" : "corrected", run.Result.Uncorrected);
    }

    /// <summary>The longest of n is at the percentile that all but one of n do not exceed: 100 itself has no place on a logarithmic
    /// axis.</summary>
    private static double Place(Axis x, Curve curve, PercentileValue point) =>
        x.Position(point.Percent < 100 ? point.Percent : 100 - 100.0 / Math.Max(curve.Times.Count, 1));

    private static List<ChartHit> HitsOf(Curve[] curves, Curve finest, Axis x)
    {
        List<ChartHit> hits = [];
        IReadOnlyList<PercentileValue> points = finest.Times.Curve;
        double from = 0;
        for (int i = 0; i < points.Count; i++)
        {
            double at = Place(x, finest, points[i]);
            double to = i + 1 < points.Count ? (at + Place(x, finest, points[i + 1])) / 2 : 1;
            double percent = points[i].Percent;
            IEnumerable<string> lines = curves
                .Select(curve => (Curve: curve, Value: curve.Times.Curve.FirstOrDefault(point => point.Percent >= percent).Value))
                .Where(read => read.Value is not null)
                .Select(read => $"{read.Curve.Run.Prefix}{read.Curve.Name}: {Figures.Time(read.Value)}");
            hits.Add(new ChartHit(from, to, $"{Figures.Invariant($"{percent:0.#########}")}\u00A0% within\n{string.Join('\n', lines)}"));
            from = to;
        }

        return hits;
    }

    private static string Sum(Curve curve)
    {
        IEnumerable<string> told = curve.Times.Percentiles.Where(percentile => percentile.Value is not null)
            .Select(percentile => $"{Figures.Invariant($"{percentile.Percent:0.######}")}\u00A0% within {Figures.Time(percentile.Value)}");
        return $"{curve.Run.Prefix}{curve.Name}: {string.Join(", ", [.. told, $"all within {Figures.Time(curve.Times.Max)}"])}.";
    }
}
