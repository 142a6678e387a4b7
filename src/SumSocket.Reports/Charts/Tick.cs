namespace SumSocket.Reports.Charts;

/// <summary>A mark on an axis.</summary>
/// <param name="At">Where, 0 to 1.</param>
/// <param name="Label">What it says.</param>
/// <param name="IsMinor">Whether its label goes first where there is little room.</param>
internal readonly record struct Tick(double At, string Label, bool IsMinor = false);
