using SumSocket.Commands.Bench;
using SumSocket.Measurement.Bench;

namespace SumSocket.Commands.Reports;

/// <summary>One bench as a report shows it.</summary>
/// <param name="Name">What it is called there, such as the file it was read from.</param>
/// <param name="Setting">Where it ran and whom it asked.</param>
/// <param name="Result">What it measured.</param>
/// <param name="ExitCode">What the program said of it in the end.</param>
public sealed record RecordedBench(string Name, BenchSetting Setting, BenchResult Result, int ExitCode);
