using SumSocket.Cli.Terminal;
using SumSocket.Measurement.Bench;
using SumSocket.Reports.Json;

namespace SumSocket.Reports.Reading;

/// <summary>Reads thresholds and how they were met.</summary>
internal static class ThresholdReader
{
    /// <summary>Reads one.</summary>
    public static ThresholdResult Read(JsonField at)
    {
        string text = at["threshold"].Text();
        if (!ThresholdText.TryParse(text, out BenchThreshold threshold))
            throw at["threshold"].Wrong($"'{Printable.Text(text)}' is no threshold");
        double factor = threshold.IsTime ? 1e-6 : 1;
        double? actual = at["actual"].IsNull ? null : at["actual"].Number() * factor;
        return new ThresholdResult(threshold, actual, at["met"].Flag());
    }
}
