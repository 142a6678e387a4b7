using SumSocket.Commands.Bench;
using SumSocket.Reports.Merging;
using SumSocket.Reports.Page;
using SumSocket.Reports.Reading;

namespace SumSocket.Commands.Report;

/// <summary>The <c>report</c> command: results as a page; those of benches also against each other, or added up.</summary>
internal sealed class ReportCommand(ConnectOptions connect)
{
    private const int MaxFiles = 1000;

    private readonly Argument<string[]> _files = new("FILE")
    {
        Description = "Files, each of what 'bench --output json' or ndjson, 'idle --json' or 'storm --json' wrote",
        Arity = new ArgumentArity(1, MaxFiles), // a validator below checks the number ahead of this, for a better message
    };

    private readonly Option<bool> _merge = CliOption.Flag(
        "--merge", [], "Adds up results that were measured at the same time, for example with bench --start-at, to one");

    private readonly Option<string?> _output = ResultFileOption.Create(
        "The file to write: HTML, and with --merge also JSON, by its name; without it stdout gets text of several, and the page "
        + "of one", []);

    public Command Create()
    {
        Command command = new(
            "report",
            """
            Makes a page of a result: one HTML file that needs no network.

            'report A.json -o A.html' shows one run of bench, idle or storm. Of benches, 'report A.json B.json' compares the
            others with the first, as text, 'report A.json B.json -o AB.html' as a page that lays them over each other, and
            'report --merge A.json B.json -o all.json' adds up what several measured at the same time: percentiles are those
            of all samples together, thresholds are checked again, and the exit code is that of one bench with these figures.
            """)
        {
            _files,
            _merge,
            _output,
        };
        command.Validators.Add(result =>
        {
            string[] files = [.. result.GetResult(_files)?.Tokens.Select(token => token.Value) ?? []];
            bool isMerge = result.GetValue(_merge);
            string? output = CliOption.GivenText(result, _output);
            if (!isMerge && files.Length is 0 or > ReportPage.MaxRuns)
                result.AddError($"report: give 1 to {ReportPage.MaxRuns} results, such as report A.json B.json -o AB.html");
            else if (isMerge && files.Length < 2)
                result.AddError("--merge: give two results or more, such as report --merge A.json B.json -o all.json");
            // to the parser any word may be a file
            else if (files.FirstOrDefault(file => file.Length > 1 && file[0] == '-' && !File.Exists(file)) is { } stray)
                result.AddError($"report: '{Printable.Text(stray)}' is neither an option here nor a file");
            else if (output is not null && files.Any(file => OutputFile.IsSame(file, output)))
                result.AddError($"-o: '{Printable.Text(output)}' is one of the results: give another file");
            else if (isMerge && files.Where((file, i) => files[..i].Any(other => OutputFile.IsSame(other, file))).FirstOrDefault()
                is { } twice)
                result.AddError($"--merge: '{Printable.Text(twice)}' is given twice: give each result only once");
            else if (isMerge && output is not null && !IsPage(output) && !HasExtension(output, ".json"))
                result.AddError($"-o: '{Printable.Text(output)}' names no form: give a file that ends in .json or .html");
        });
        command.SetAction(Run);
        return command;
    }

    /// <summary>Runs of the same name, such as before/a.json and after/a.json, are called by their whole paths.</summary>
    internal static IReadOnlyList<RecordedBench> Distinguish(IReadOnlyList<RecordedBench> runs, IReadOnlyList<string> files) =>
        [.. runs.Select((run, i) => runs.Count(other => other.Name == run.Name) > 1 ? run with { Name = files[i] } : run)];

    private static bool IsPage(string file) => HasExtension(file, ".html") || HasExtension(file, ".htm");

    private static bool HasExtension(string file, string extension) => file.EndsWith(extension, StringComparison.OrdinalIgnoreCase);

    private int Run(ParseResult parsed)
    {
        string[] files = parsed.GetRequiredValue(_files);
        RecordedRun[] read = [.. files.Select(ResultFile.Read)];
        if (files.Length > 1 && Array.FindIndex(read, run => run is not RecordedBench) is >= 0 and var other)
            throw new CommandFailedException(
                ExitCode.Usage,
                $"report: '{Printable.Text(files[other])}' is no result of a bench, and only those are compared or added up: "
                + "give it alone");
        string? file = parsed.GetValue(_output);
        using MemoryStream whole = new(); // all of it or nothing
        int exitCode = ExitCode.Success;
        if (parsed.GetValue(_merge))
            exitCode = Merge(parsed, Benches(), file, whole);
        else if (files.Length > 1 && file is null)
            StandardOutput.Write(whole, ComparisonText.Of(Benches()));
        else
            ReportPage.Write(whole, files.Length > 1 ? Benches() : read);
        using Stream output = file is not null ? OutputFile.Open("-o", file) : StandardOutput.Open();
        OutputFile.Empty(output);
        whole.WriteTo(output);
        output.Flush();
        OutputFile.Complete(output);
        connect.SayWritten(parsed, _output);
        return exitCode;

        IReadOnlyList<RecordedBench> Benches() => Distinguish([.. read.Cast<RecordedBench>()], files);
    }

    private int Merge(ParseResult parsed, IReadOnlyList<RecordedBench> runs, string? file, Stream output)
    {
        MergeCheck.Refuse(runs);
        foreach (string note in MergeCheck.Notes(runs))
            connect.Say(parsed, note);
        (RunInfo setting, BenchResult result) = BenchMerge.Add(runs);
        foreach (string missed in ThresholdReport.Missed(result.Thresholds, result.Times.Count))
            connect.Say(parsed, missed);
        int exitCode = BenchCommand.ToExitCode(result);
        if (file is not null && IsPage(file))
        {
            ReportPage.Write(output, [RecordedBench.JustEnded(setting, result, exitCode)]);
            return exitCode;
        }

        IBenchReport report = file is null
            ? new BenchText(output, result.Options, setting)
            : new BenchJsonReport(output, setting, withIntervals: false);
        report.Begin();
        report.End(result, exitCode);
        return exitCode;
    }
}
