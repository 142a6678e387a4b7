using System.Text.Json;
using SumSocket.Measurement.Bench;

namespace SumSocket.Reports.Json;

/// <summary>Thresholds and how they were met, as JSON: times in microseconds, like all times there.</summary>
internal static class BenchThresholdJson
{
    public static void Write(Utf8JsonWriter json, IReadOnlyList<ThresholdResult> results)
    {
        json.WriteStartArray("thresholds");
        foreach (ThresholdResult result in results)
        {
            BenchThreshold threshold = result.Threshold;
            double factor = threshold.IsTime ? 1e6 : 1;
            json.WriteStartObject();
            json.WriteString("threshold", threshold.Text);
            json.WriteString("unit", threshold.Figure switch
            {
                ThresholdMetric.Throughput => "per_s",
                ThresholdMetric.ErrorPercent => "percent",
                ThresholdMetric.Errors or ThresholdMetric.Outages => "count",
                _ => "us",
            });
            json.WriteNumber("limit", Math.Round(threshold.Limit * factor, 6));
            if (result.Actual is { } actual)
                json.WriteNumber("actual", Math.Round(actual * factor, threshold.Figure == ThresholdMetric.ErrorPercent ? BenchJson.ShareDigits : 6));
            else
                json.WriteNull("actual");
            json.WriteBoolean("met", result.IsMet);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
