using SumSocket.Measurement.Paths;

namespace SumSocket.Commands.Paths;

/// <summary>The result of an examination.</summary>
/// <param name="Findings">What was found, in the order of the run.</param>
/// <param name="Verdict">One to three sentences that a person acts on.</param>
/// <param name="IsReached">Whether there was a connection, or an answer where there are none.</param>
/// <param name="IsInterrupted">Whether it was stopped.</param>
internal sealed record PathResult(
    IReadOnlyList<PathFinding> Findings, IReadOnlyList<string> Verdict, bool IsReached, bool IsInterrupted);

/// <summary>How one program examines a path.</summary>
/// <param name="Description">What is examined, for the help.</param>
/// <param name="Options">Options that only this program has for it.</param>
/// <param name="Create">Makes a run against a server.</param>
internal sealed record PathExamination(string Description, IReadOnlyList<Option> Options, Func<ServerTarget, PathRun> Create);

/// <summary>One examination.</summary>
/// <param name="RunAsync">Runs it to the end, or to the stop.</param>
/// <param name="Now">What it does, in a line; any thread may call this at any time.</param>
internal sealed record PathRun(Func<CancellationToken, Task<PathResult>> RunAsync, Func<string> Now);

/// <summary>The <c>path</c> command: what stands between the client and the server.</summary>
internal sealed class PathCommand(ConnectOptions connect, PathExamination examination)
{
    private readonly Option<bool> _json = CliOption.Flag("--json", [], "Prints the result as one JSON object (docs/path.schema.json)");

    public Command Create()
    {
        Command command = new(
            "path",
            $"""
            {examination.Description}

            Exit codes: 0 found out, 2 wrong usage, 5 never reached the server. Ctrl-C ends it with what is known.
            """);
        connect.AddTo(command);
        foreach (Option option in (Option[])[.. examination.Options, _json])
            command.Add(option);
        command.SetAction((parsed, _) => connect.RunAsync(parsed, (target, stop) => RunAsync(parsed, target, stop)));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, ServerTarget target, CancellationToken stop)
    {
        using Stream output = StandardOutput.Open();
        bool isJson = parsed.GetValue(_json);
        PathRun run = examination.Create(target);
        using StatusSignal status = new(run.Now);
        if (!isJson)
            StandardOutput.Write(output, PathReports.Header(target.Name, connect.Program.Name));
        PathResult result = await run.RunAsync(stop).ConfigureAwait(false);
        if (isJson)
            PathReports.WriteJson(output, target.Name, connect.Program.Name, result);
        else
            StandardOutput.Write(output, PathReports.Text(result));
        return result.IsReached ? ExitCode.Success : ExitCode.Unreachable;
    }
}
