using System.CommandLine;

namespace SumSocket.Apps;

/// <summary>The command line of the client.</summary>
internal static class TcpClientCommand
{
    public static RootCommand Create()
    {
        ConnectOptions connect = new();
        PingCommand ping = new(connect);
        RootCommand root = new(
            """
            Asks a sum server over TCP. Without a command it pings: 7 + 4 every second over one connection, for ever.

            Exit codes: 0 all answered, 1 answers missing, 2 wrong usage, 4 a wrong answer, 5 never connected, 70 internal fault.
            Ctrl-C ends in good order, a second one at once.
            """);
        connect.AddTo(root);
        ping.AddTo(root); // the default command
        ping.AddTo(root, "ping", "Asks one question every interval, checks every answer and sums up how well it went");
        root.Add(new SumCommand(connect, ping).Create());
        return root;
    }
}
