using System.Globalization;
using SumSocket.Measurement.Bench;

namespace SumSocket.Commands.Bench;

/// <summary>What became of the questions that got no right sum.</summary>
internal static class FailedClasses
{
    /// <summary>Those classes that hold any, with their counts: <c>12 refused, 3 reset</c>.</summary>
    public static string Describe(BenchCounts counts)
    {
        (string Name, long Count)[] classes =
        [
            ("wrong", counts.Wrong), ("error", counts.Error), ("timed out", counts.TimedOut), ("refused", counts.Refused), ("not sent", counts.NotSent),
            ("reset", counts.Reset), ("end of stream", counts.EndOfStream), ("unanswered", counts.Unanswered),
        ];
        return string.Join(", ", classes.Where(one => one.Count > 0).Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Count} {one.Name}")));
    }
}
