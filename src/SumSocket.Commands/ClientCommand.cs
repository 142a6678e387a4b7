using SumSocket.Commands.Bench;
using SumSocket.Commands.Ping;
using SumSocket.Commands.Report;
using SumSocket.Commands.Sum;

namespace SumSocket.Commands;

/// <summary>The command line of a client program. A new command of all programs is one line here; one of a single program is in its
/// <c>Commands</c>.</summary>
internal static class ClientCommand
{
    public static RootCommand Create(ClientProgram program)
    {
        ConnectOptions connect = new(program);
        PingCommand ping = new(connect);
        RootCommand root = new(
            $"""
            {program.Description}

            Exit codes: 0 all answered, 1 answers missing, 2 wrong usage, 3 a threshold missed, 4 a wrong answer,
            5 never reached the server, 70 internal fault. Ctrl-C ends a ping with its summary and other commands in
            good order; a second one ends them at once. Ctrl-\ (SIGQUIT) makes a ping print its figures so far.
            """);
        ping.AddTo(root); // the default command
        Option[] ofRoot = [.. root.Options];
        connect.Log.AddTo(root);
        Command[] common =
            [ping.Create(), new SumCommand(connect).Create(), new BenchCommand(connect).Create(), new ReportCommand().Create()];
        foreach (Command command in (Command[])[.. common, .. program.Commands(connect)])
        {
            root.Add(command);
            // The root is also ping, so the parser takes all of ping's options in front of any command.
            CliOption.Forbid(command, [.. ofRoot.Except(command.Options)]);
        }

        return root;
    }
}
