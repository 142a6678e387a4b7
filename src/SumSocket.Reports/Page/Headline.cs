using SumSocket.Cli;

namespace SumSocket.Reports.Page;

/// <summary>The title of the page, and of each run what it was, when it ran and whether it succeeded.</summary>
internal static class Headline
{
    public static string Title(IReadOnlyList<ReportedRun> runs) => runs is [var only]
        ? $"Bench of {only.Setting.Transport} {only.Setting.Address}"
        : $"{Figures.Count(runs.Count)} benches compared";

    public static void Write(HtmlWriter page, IReadOnlyList<ReportedRun> runs)
    {
        using (page.Open("header"))
        {
            page.Element("h1", Title(runs));
            using (page.Open("ul", ("class", "runs")))
                foreach (ReportedRun run in runs)
                    WriteRun(page, run);
        }
    }

    private static void WriteRun(HtmlWriter page, ReportedRun run)
    {
        using (page.Open("li"))
        {
            if (!run.IsOnly)
            {
                page.Element("span", run.Letter, ("class", $"letter {run.Css}"));
                page.Element("strong", run.Run.Name, ("class", "name"));
            }

            bool isGood = run.Run.ExitCode == ExitCode.Success;
            page.Element("span", $"{(isGood ? "✓" : "✗")} {Verdict(run.Run)}", ("class", isGood ? "verdict good" : "verdict bad"));
            page.Element("span", Describe(run.Run), ("class", "what"));
        }
    }

    /// <summary>What a run was.</summary>
    public static string Describe(RecordedBench run)
    {
        BenchOptions options = run.Result.Options;
        string opened = run.Result.HasTooFewConnections ? $"{Figures.Count(run.Result.ConnectionsOpened)} of " : "";
        string load = $"{opened}{Figures.Count(options.Connections, "connection")} × {Figures.Count(options.Pipeline)}";
        string loop =
            options.IsOpenLoop ? $"{Figures.Rate(options.Rate)} on schedule (open loop)" : "as fast as answers come (closed loop)";
        string began = run.Result.StartedAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
        return $"{run.Setting.Transport} {run.Setting.Address}, {load}, {loop}, "
            + $"{Figures.Seconds(run.Result.Duration)} from {began}, on {run.Setting.Host}"
            + (run.Result.Parts is { Count: > 0 } parts ? $", added up from {Figures.Count(parts.Count, "result")}" : "");
    }

    /// <summary>How it ended.</summary>
    public static string Verdict(RecordedBench run)
    {
        string end = run.Result.End switch
        {
            BenchEnd.Complete => "complete",
            BenchEnd.Interrupted => "interrupted",
            _ => "server not reached",
        };
        string meaning = run.ExitCode switch
        {
            ExitCode.Success when run.Result.Totals.Failed > 0 => "nothing failed but what the interruption cut off",
            ExitCode.Success => "nothing failed",
            ExitCode.AnswersMissing when run.Result.Totals.Failed == 0 && run.Result.HasTooFewConnections => "connections are missing",
            ExitCode.AnswersMissing when run.Result.Totals.Failed == 0 && run.Result.Violations > 0 => "the server broke the protocol",
            ExitCode.AnswersMissing => "answers are missing",
            ExitCode.ThresholdMissed => "a threshold was missed",
            ExitCode.WrongAnswer => "an answer was wrong",
            ExitCode.Unreachable => "never connected",
            _ => "it failed",
        };
        return Figures.Invariant($"{end}, exit code {run.ExitCode}: {meaning}");
    }
}
