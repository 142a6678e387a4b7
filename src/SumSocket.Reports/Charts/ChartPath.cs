namespace SumSocket.Reports.Charts;

/// <summary>A line or a filled shape.</summary>
/// <param name="Css">Its classes.</param>
/// <param name="Data">Its path, 0 to 1000 from the left and from the top.</param>
/// <param name="Legend">What it stands for; null when the legend has it already.</param>
internal readonly record struct ChartPath(string Css, string Data, string? Legend);
