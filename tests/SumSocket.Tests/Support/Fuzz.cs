using System.Globalization;
using System.Runtime.CompilerServices;
using Xunit;

namespace SumSocket.Tests;

/// <summary>
/// The seed and the length of the fuzzers. SUMSOCKET_TEST_SEED repeats a run, SUMSOCKET_FUZZ makes it that many times longer, or shorter
/// (docs/testing.md).
/// </summary>
internal static class Fuzz
{
    private static readonly double _factor = Setting("SUMSOCKET_FUZZ") ?? 1;

    /// <summary>A seed for one test: a new one for each, or the one to repeat.</summary>
    public static int Seed(ITestOutputHelper output, [CallerMemberName] string test = "")
    {
        int seed = (int?)Setting("SUMSOCKET_TEST_SEED") ?? Random.Shared.Next();
        output.WriteLine($"SUMSOCKET_TEST_SEED={seed}");
        Log($"{test}: seed {seed}");
        return seed;
    }

    /// <summary>How many cases to run where a usual run has <paramref name="usual"/>.</summary>
    public static int Cases(int usual) => checked((int)(usual * _factor));

    /// <summary>The last line of a long run: what was tried, by its outcome.</summary>
    public static void Report(
        ITestOutputHelper output, long cases, IReadOnlyDictionary<string, int> outcomes, [CallerMemberName] string test = "")
    {
        string text = $"{cases} cases: {string.Join(", ", outcomes.OrderBy(one => one.Key, StringComparer.Ordinal)
            .Select(one => $"{one.Key} {one.Value}"))}";
        output.WriteLine(text);
        Log($"{test}: {text}");
    }

    private static void Log(string text)
    {
        if (_factor > 1) // a runner keeps the output of tests that pass to itself
            Console.Error.WriteLine(text);
    }

    private static double? Setting(string name) =>
        double.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out double value) ? value : null;
}
