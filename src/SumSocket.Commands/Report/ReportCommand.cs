using SumSocket.Reports.Page;
using SumSocket.Reports.Reading;

namespace SumSocket.Commands.Report;

/// <summary>The <c>report</c> command: results of benches as a page, alone or against each other.</summary>
internal sealed class ReportCommand
{
    private readonly Argument<string[]> _files = new("results")
    {
        Description = "Files, each of what 'bench --output json' or ndjson wrote",
        HelpName = "FILE",
        Arity = new ArgumentArity(0, 1000), // a validator below checks the number, for a better message
    };

    private readonly Option<string?> _output = CliOption.File("--output", ["-o"], "The HTML file to write; stdout without");

    public Command Create()
    {
        Command command = new(
            "report",
            """
            Makes a page of the results of benches: one HTML file that needs no network.

            'report A.json -o A.html' shows one run; 'report A.json B.json -o AB.html' lays several over each other and
            compares them with the first.
            """)
        {
            _files,
            _output,
        };
        command.Validators.Add(result =>
        {
            string[] files = [.. result.GetResult(_files)?.Tokens.Select(token => token.Value) ?? []];
            if (files.Length is 0 or > ReportPage.MaxRuns)
                result.AddError($"report: give 1 to {ReportPage.MaxRuns} results, such as report A.json B.json -o AB.html");
            // to the parser any word may be a file
            else if (files.FirstOrDefault(file => file.Length > 1 && file[0] == '-' && !File.Exists(file)) is { } stray)
                result.AddError($"report: '{Printable.Text(stray)}' is neither an option here nor a file");
            else if (CliOption.GivenText(result, _output) is { } output && files.Any(file => OutputFile.IsSame(file, output)))
                result.AddError($"--output: '{Printable.Text(output)}' is one of the results: give another file");
        });
        command.SetAction(Run);
        return command;
    }

    /// <summary>Runs of the same name, such as before/a.json and after/a.json, are called by their whole paths.</summary>
    internal static IReadOnlyList<RecordedBench> Distinguish(IReadOnlyList<RecordedBench> runs, IReadOnlyList<string> files) =>
        [.. runs.Select((run, i) => runs.Count(other => other.Name == run.Name) > 1 ? run with { Name = files[i] } : run)];

    private int Run(ParseResult parsed)
    {
        string[] files = parsed.GetRequiredValue(_files);
        IReadOnlyList<RecordedBench> runs = Distinguish([.. files.Select(BenchFile.Read)], files);
        using MemoryStream page = new(); // all of it or nothing
        ReportPage.Write(page, runs);
        using Stream output = parsed.GetValue(_output) is { } file ? OutputFile.Open("--output", file) : StandardOutput.Open();
        OutputFile.Empty(output);
        page.WriteTo(output);
        output.Flush();
        return ExitCode.Success;
    }
}
