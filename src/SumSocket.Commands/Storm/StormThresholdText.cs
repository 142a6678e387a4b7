using SumSocket.Measurement.Storm;

namespace SumSocket.Commands.Storm;

/// <summary>Reads thresholds such as <c>back99&lt;2s</c>.</summary>
internal static class StormThresholdText
{
    /// <summary>The forms of a threshold, for messages.</summary>
    public const string Grammar = "back99<2s, back100<=500ms, attempts<2k, refused<1, timed_out<1, busy<1 or connects>500";

    public static bool TryParse(string text, out StormThreshold threshold)
    {
        threshold = null!;
        if (!ThresholdText.TrySplit(text, out string name, out string comparison, out string limit))
            return false;
        double percent = 0;
        StormFigure? figure = name switch
        {
            "attempts" => StormFigure.Attempts,
            "refused" => StormFigure.Refused,
            "timed_out" => StormFigure.TimedOut,
            "busy" => StormFigure.Busy,
            "connects" => StormFigure.Connects,
            _ when name.StartsWith("back", StringComparison.Ordinal) && PercentileList.TryReadOne(name[4..], out percent)
                => StormFigure.Back,
            _ => null,
        };
        if (figure is null || !TryReadLimit(figure.Value, limit, out double value))
            return false;
        threshold = new StormThreshold(text, figure.Value, percent, comparison, value);
        return true;
    }

    private static bool TryReadLimit(StormFigure figure, string limit, out double value)
    {
        if (figure == StormFigure.Back)
        {
            bool isTime = Duration.TryParse(limit, out Duration time) && !time.IsNone;
            value = time.Value.TotalSeconds;
            return isTime;
        }

        bool isCount = CountText.TryParse(limit, out long count);
        value = count;
        return isCount;
    }
}
