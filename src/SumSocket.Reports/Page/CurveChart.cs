namespace SumSocket.Reports.Page;

/// <summary>All percentiles as a curve, with as much room for each further nine.</summary>
internal static class CurveChart
{
    public static Chart Make(IReadOnlyList<ReportedRun> runs)
    {
        RunTimes[] curves = [.. runs.SelectMany(run => run.Times).Where(one => one.Times.Curve.Count > 0)];
        double[] values = [.. curves.SelectMany(curve => curve.Times.Curve).Select(point => point.Value!.Value.TotalMicroseconds)];
        Axis x = Axis.Nines(curves.Select(curve => curve.Times.Count).DefaultIfEmpty().Max());
        Axis y = Axis.LogTime(values.DefaultIfEmpty(1).Min(), values.DefaultIfEmpty(10).Max());
        string summary = curves.Length == 0 ? "No times." : string.Join(' ', curves.Select(Summarize));
        return new Chart("curve", "Latency by percentile", summary, x, y)
        {
            Group = "percent",
            Lines = [.. curves.Select(curve => new ChartPath($"line {curve.Css}", PathData.Through(Places(curve)), curve.Name))],
            Hits = curves.Length == 0 ? [] : HitsOf(curves, curves.MaxBy(curve => curve.Times.Count)!, x),
        };

        IEnumerable<(double X, double Y)> Places(RunTimes curve) =>
            curve.Times.Curve.Select(point => (Place(x, curve, point), y.Position(point.Value!.Value.TotalMicroseconds)));
    }

    // The longest of n is at the percentile that all but one do not exceed: 100 itself has no place on a logarithmic axis.
    private static double Place(Axis x, RunTimes curve, PercentileValue point) =>
        x.Position(point.Percent < 100 ? point.Percent : 100 - 100.0 / Math.Max(curve.Times.Count, 1));

    private static IReadOnlyList<ChartHit> HitsOf(RunTimes[] curves, RunTimes finest, Axis x)
    {
        double[] places = [.. finest.Times.Curve.Select(point => Place(x, finest, point))];
        return ChartHit.Row([.. finest.Times.Curve.Select((point, i) => (End(i), Text(point.Percent)))]);

        double End(int i) => i + 1 < finest.Times.Curve.Count ? (places[i] + places[i + 1]) / 2 : 1;

        string Text(double percent)
        {
            IEnumerable<string> lines =
                from curve in curves
                let value = curve.Times.Curve.FirstOrDefault(point => point.Percent >= percent).Value
                where value is not null
                select $"{curve.Name}: {Figures.Time(value)}";
            return $"{Figures.Invariant($"{percent:0.#########}")}\u00A0% within\n{string.Join('\n', lines)}";
        }
    }

    private static string Summarize(RunTimes curve)
    {
        IEnumerable<string> percentiles = curve.Times.Percentiles.Where(percentile => percentile.Value is not null)
            .Select(percentile => $"{Figures.Invariant($"{percentile.Percent:0.######}")}\u00A0% within {Figures.Time(percentile.Value)}");
        return $"{curve.Name}: {string.Join(", ", [.. percentiles, $"all within {Figures.Time(curve.Times.Max)}"])}.";
    }
}
