using SumSocket.Measurement.Bench;

namespace SumSocket.Commands.Bench.Live;

/// <summary>What the live view shows at one moment.</summary>
/// <param name="Options">What was asked for.</param>
/// <param name="Progress">Where the run stands.</param>
/// <param name="Totals">All that was measured so far.</param>
/// <param name="Recent">The last intervals, the newest last.</param>
internal sealed record LiveState(BenchOptions Options, BenchProgress Progress, BenchCounts Totals, IReadOnlyList<BenchInterval> Recent);
