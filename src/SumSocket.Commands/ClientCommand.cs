using SumSocket.Commands.Bench;
using SumSocket.Commands.Ping;
using SumSocket.Commands.Report;
using SumSocket.Commands.Sum;

namespace SumSocket.Commands;

/// <summary>The command line of a client program. A new command of all programs is one line here; one of a single program is in its
/// <c>Commands</c>.</summary>
internal static class ClientCommand
{
    /// <summary>Runs a command line to its exit code.</summary>
    public static Task<int> RunAsync(
        ClientProgram program, IReadOnlyList<string> arguments, TextWriter? error = null, TextWriter? output = null) =>
        ConsoleProgram.RunAsync(
            program.ProgramName, Create(program, arguments), arguments, error, output, whole: () => Create(program, []));

    /// <param name="program">The program.</param>
    /// <param name="arguments">Where they begin with a command, only that one is made.</param>
    public static RootCommand Create(ClientProgram program, IReadOnlyList<string> arguments)
    {
        ConnectOptions connect = new(program);
        RootCommand root = new(
            $"""
            {program.Description}

            The server is 'HOST PORT', 'HOST:PORT', '[IPV6]:PORT' or '{program.Name}://HOST:PORT', before or after a command, or given with
            --ip and --port.

            Exit codes: 0 all answered, 1 answers missing, 2 wrong usage, 3 a threshold missed, 4 a wrong answer,
            5 never reached the server, 70 internal fault. Ctrl-C ends a ping with its summary and other commands in
            good order; a second one ends them at once. Ctrl-\ (SIGQUIT) makes those that use a server say how it goes:
            on stderr, a ping with --json on stdout.
            """);
        Lazy<PingCommand> ping = new(() => new PingCommand(connect));
        CommandMaker[] commands =
        [
            new("ping", () => ping.Value.Create()),
            new("sum", () => new SumCommand(connect).Create()),
            new("bench", () => new BenchCommand(connect).Create()),
            new("report", () => new ReportCommand(connect).Create()),
            .. program.Commands(connect),
        ];
        CommandMaker? only = arguments is [var first, ..] ? commands.FirstOrDefault(command => command.Name == first) : null;
        if (only is null)
            ping.Value.AddTo(root); // the default command
        Option[] ofRoot = [.. root.Options];
        connect.Log.AddTo(root);
        foreach (CommandMaker maker in only is null ? commands : [only])
        {
            Command command = maker.Create();
            root.Add(command);
            // The root is also ping, so the parser takes all of ping's options in front of any command.
            connect.Forbid(command, ofRoot);
        }

        return root;
    }
}

/// <summary>A command that is made when it is needed.</summary>
internal sealed record CommandMaker(string Name, Func<Command> Create);
