namespace SumSocket.Reports.Page;

/// <summary>All percentiles as a curve, with as much room for each further nine; from when a request was due and from when it was
/// sent.</summary>
internal static class CurveChart
{
    private sealed record Curve(ReportedRun Run, string Name, string Css, LatencySummary Times)
    {
        public string Title => $"{Run.Prefix}{Name}";

        public IReadOnlyList<PercentileValue> Points => Times.Curve;
    }

    public static Chart Make(IReadOnlyList<ReportedRun> runs)
    {
        Curve[] curves = [.. runs.SelectMany(CurvesOf).Where(curve => curve.Points.Count > 0)];
        double[] values = [.. curves.SelectMany(curve => curve.Points).Select(point => point.Value!.Value.TotalMicroseconds)];
        Axis x = Axis.Nines(curves.Select(curve => curve.Times.Count).DefaultIfEmpty().Max());
        Axis y = Axis.LogTime(values.DefaultIfEmpty(1).Min(), values.DefaultIfEmpty(10).Max());
        return new Chart("curve", "Latency by percentile", curves.Length == 0 ? "No times." : string.Join(' ', curves.Select(Summarize)), x, y)
        {
            Group = "percent",
            Lines = [.. curves.Select(curve => new ChartPath($"line {curve.Css} {curve.Run.Css}", PathData.Through(Places(curve)), curve.Title))],
            Hits = curves.Length == 0 ? [] : HitsOf(curves, curves.MaxBy(curve => curve.Times.Count)!, x),
        };

        IEnumerable<(double X, double Y)> Places(Curve curve) =>
            curve.Points.Select(point => (Place(x, curve, point), y.Position(point.Value!.Value.TotalMicroseconds)));
    }

    private static IEnumerable<Curve> CurvesOf(ReportedRun run)
    {
        if (run.Result.Corrected is { } corrected)
        {
            yield return new Curve(run, "from when due (corrected)", "corrected", corrected);
            yield return new Curve(run, "from when sent (uncorrected)", "uncorrected", run.Result.Uncorrected);
        }
        else
        {
            yield return new Curve(run, "from when sent", "corrected", run.Result.Uncorrected);
        }
    }

    /// <summary>The longest of n is at the percentile that all but one of n do not exceed: 100 itself has no place on a logarithmic
    /// axis.</summary>
    private static double Place(Axis x, Curve curve, PercentileValue point) =>
        x.Position(point.Percent < 100 ? point.Percent : 100 - 100.0 / Math.Max(curve.Times.Count, 1));

    private static IReadOnlyList<ChartHit> HitsOf(Curve[] curves, Curve finest, Axis x)
    {
        double[] places = [.. finest.Points.Select(point => Place(x, finest, point))];
        return ChartHit.Row([.. finest.Points.Select((point, i) => (End(i), Text(point.Percent)))]);

        double End(int i) => i + 1 < finest.Points.Count ? (places[i] + places[i + 1]) / 2 : 1;

        string Text(double percent)
        {
            IEnumerable<string> lines =
                from curve in curves
                let value = curve.Points.FirstOrDefault(point => point.Percent >= percent).Value
                where value is not null
                select $"{curve.Title}: {Figures.Time(value)}";
            return $"{Figures.Invariant($"{percent:0.#########}")}\u00A0% within\n{string.Join('\n', lines)}";
        }
    }

    private static string Summarize(Curve curve)
    {
        IEnumerable<string> percentiles = curve.Times.Percentiles.Where(percentile => percentile.Value is not null)
            .Select(percentile => $"{Figures.Invariant($"{percentile.Percent:0.######}")}\u00A0% within {Figures.Time(percentile.Value)}");
        return $"{curve.Title}: {string.Join(", ", [.. percentiles, $"all within {Figures.Time(curve.Times.Max)}"])}.";
    }
}
