namespace SumSocket.Commands.Bench.Live;

/// <summary>Figures as a row of small bars.</summary>
internal static class Sparkline
{
    private const string Bars = "▁▂▃▄▅▆▇█";

    /// <summary>One bar for each value, from zero to the greatest; the lowest bar is nothing, or next to nothing.</summary>
    public static string Of(IEnumerable<double> values)
    {
        double[] all = [.. values];
        double top = all.Length == 0 ? 0 : all.Max();
        return string.Concat(all.Select(value => top > 0 ? Bars[(int)Math.Round(Math.Clamp(value / top, 0, 1) * (Bars.Length - 1))] : Bars[0]));
    }
}
