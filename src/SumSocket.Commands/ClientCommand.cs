using System.CommandLine;
using SumSocket.Commands.Bench;
using SumSocket.Commands.Ping;
using SumSocket.Commands.Report;
using SumSocket.Commands.Sum;

namespace SumSocket.Commands;

/// <summary>The command line of a client program.</summary>
public static class ClientCommand
{
    /// <summary>Makes it for one transport.</summary>
    public static RootCommand Create(Transport transport)
    {
        ArgumentNullException.ThrowIfNull(transport);
        ConnectOptions connect = new(transport);
        PingCommand ping = new(connect);
        RootCommand root = new(
            $"""
            {transport.Description}

            Exit codes: 0 all answered, 1 answers missing, 2 wrong usage, 3 a threshold missed, 4 a wrong answer, 5 never reached the server, 70 internal fault.
            Ctrl-C ends a ping with its summary and all else in good order, a second one at once. Ctrl-\ (SIGQUIT) has a ping tell how it goes so far.
            """);
        ping.AddTo(root); // the default command
        connect.Log.AddTo(root);
        ping.AddTo(
            root, "ping",
            """
            Asks one question every interval, checks every answer and sums up how well it went.

            Ctrl-C ends it with the summary, a second one at once. Ctrl-\ (SIGQUIT) has it tell how it goes so far.
            """);
        root.Add(new SumCommand(connect, ping).Create());
        root.Add(new BenchCommand(connect, ping).Create());
        root.Add(new ReportCommand(connect, ping).Create());
        return root;
    }
}
