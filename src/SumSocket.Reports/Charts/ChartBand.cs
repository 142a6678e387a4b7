namespace SumSocket.Reports.Charts;

/// <summary>A range to shade from top to bottom.</summary>
/// <param name="From">Where it begins, 0 to 1.</param>
/// <param name="To">Where it ends.</param>
/// <param name="Css">Its classes.</param>
internal readonly record struct ChartBand(double From, double To, string Css);
