using System.Globalization;
using SumSocket.SystemTests.Harness;
using SumSocket.Tests;

namespace SumSocket.SystemTests.Torture;

/// <summary>What the servers and this process, which makes the requests, take of the machine, over the time of a soak.</summary>
internal sealed class SoakFigures
{
    private const double Megabyte = 1e6;

    private readonly List<(Trend Trend, Func<double?> Read)> _all = [];

    public SoakFigures(SoakPlan plan, IReadOnlyList<SoakLane> lanes)
    {
        foreach (SoakLane lane in lanes)
        {
            ProcessUsage usage = lane.Server.Usage;
            string who = $"{lane.Name} server";
            Add(plan, who, usage);
            Add($"{who}, heap after collection", "MB", plan.MemorySlack,
                () => Exported(lane, "dotnet.gc.last_collection.heap.size") / Megabyte);
            Add($"{who}, timers", "", plan.CountSlack, () => Exported(lane, "dotnet.timer.count"));
        }

        Add(plan, "generator", new ProcessUsage(Environment.ProcessId));
        Add("generator, heap", "MB", plan.MemorySlack, () => GC.GetTotalMemory(forceFullCollection: true) / Megabyte);
        Add("generator, timers", "", plan.CountSlack, () => Timer.ActiveCount);
    }

    /// <summary>One line for each figure.</summary>
    public IEnumerable<string> Lines => _all.Where(one => one.Trend.Count > 0).Select(one => one.Trend.ToString());

    /// <summary>The figures that grow.</summary>
    public IEnumerable<string> Growing => _all.Where(one => one.Trend.Grows).Select(one => one.Trend.ToString());

    /// <summary>The last values of all, in one line.</summary>
    public string Now => string.Join(
        "; ", _all.Where(one => one.Trend.Count > 0)
            .Select(one => $"{one.Trend.Name} {one.Trend.Last.ToString("0.#", CultureInfo.InvariantCulture)}"));

    /// <summary>Reads all.</summary>
    public void Sample(TimeSpan elapsed)
    {
        foreach ((Trend trend, Func<double?> read) in _all)
        {
            if (read() is { } value)
                trend.Add(elapsed.TotalSeconds, value);
        }
    }

    private static double? Exported(SoakLane lane, string name) =>
        lane.Collector.Count == 0 || lane.Collector.Of(name) is not { Count: > 0 } points ? null : points.Sum(point => point.Value);

    private void Add(SoakPlan plan, string who, ProcessUsage usage)
    {
        Add($"{who}, memory", "MB", plan.MemorySlack, () => usage.ResidentBytes / Megabyte);
        Add($"{who}, descriptors", "", plan.CountSlack, () => usage.OpenFiles);
        Add($"{who}, threads", "", plan.CountSlack, () => usage.Threads);
    }

    private void Add(string name, string unit, double slack, Func<double?> read) => _all.Add((new Trend(name, unit, slack), read));
}
