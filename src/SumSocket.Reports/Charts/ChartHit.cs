namespace SumSocket.Reports.Charts;

/// <summary>A range with something to tell.</summary>
/// <param name="From">Where it begins, 0 to 1.</param>
/// <param name="To">Where it ends.</param>
/// <param name="Text">A line or more.</param>
internal readonly record struct ChartHit(double From, double To, string Text);
