using System.Text.Json;

namespace SumSocket.SystemTests.Harness;

/// <summary>What a bench said in JSON, and how it ended.</summary>
/// <param name="Code">Its exit code.</param>
/// <param name="Json">Its result.</param>
/// <param name="Error">What it said on standard error.</param>
internal sealed record BenchOutcome(int Code, JsonElement Json, string Error)
{
    private static readonly string[] _classes =
        ["ok", "wrong", "error", "timed_out", "refused", "not_sent", "reset", "end_of_stream", "unanswered"];

    /// <summary>One of the total counts.</summary>
    public long this[string count] => Json.GetProperty("totals").GetProperty(count).GetInt64();

    /// <summary>Runs one to its end.</summary>
    public static async Task<BenchOutcome> RunAsync(string program, params string[] arguments)
    {
        await using ChildProcess bench = ChildProcess.Start(program, ["bench", "--output", "json", .. arguments]);
        return await EndAsync(bench);
    }

    /// <summary>
    /// Waits for the end of one that writes JSON, or a line of it last, and checks that the classes make up what was planned.
    /// </summary>
    public static async Task<BenchOutcome> EndAsync(ChildProcess bench, bool isLines = false)
    {
        int code = await bench.ExitAsync();
        string text = isLines ? bench.Output.Lines[^1] : bench.Output.Text;
        JsonElement json = JsonDocument.Parse(text).RootElement;
        json.GetProperty("exit_code").GetInt32().Should().Be(code);
        BenchOutcome outcome = new(code, json, bench.Error.Text);
        outcome["planned"].Should().Be(_classes.Sum(one => outcome[one]));
        foreach (string one in (string[])[.. _classes, "planned", "sent", "late"])
            json.GetProperty("series").EnumerateArray().Sum(interval => interval.GetProperty(one).GetInt64()).Should()
                .Be(outcome[one], one);
        return outcome;
    }

    /// <summary>A time, in milliseconds.</summary>
    /// <param name="kind"><c>corrected</c> or <c>uncorrected</c>.</param>
    /// <param name="name"><c>max_us</c>, or a percentile such as <c>p99_us</c>.</param>
    public double Ms(string kind, string name)
    {
        JsonElement times = Json.GetProperty("latency").GetProperty(kind);
        JsonElement figure = name[0] == 'p' ? times.GetProperty("percentiles").GetProperty(name) : times.GetProperty(name);
        return figure.GetDouble() / 1_000;
    }
}
