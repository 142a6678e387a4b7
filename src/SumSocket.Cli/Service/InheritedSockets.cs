using System.Net.Sockets;
using SumSocket.Sockets;

namespace SumSocket.Cli.Service;

/// <summary>Sockets that a service manager has bound and hands to the program it starts, from descriptor 3 on (sd_listen_fds(3)). While the
/// program is not there, connections wait in them.</summary>
internal static class InheritedSockets
{
    private const int First = 3;

    /// <summary>Takes the sockets over; none where the program was not started with any.</summary>
    /// <param name="type">What they must be: stream sockets that listen, or datagram sockets.</param>
    /// <param name="environment">The program's environment.</param>
    /// <exception cref="CommandFailedException">There are some, and one of them cannot be used.</exception>
    public static IReadOnlyList<Socket> Take(SocketType type, Func<string, string?> environment)
    {
        string self = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        if (environment("LISTEN_FDS") is not { } text || environment("LISTEN_PID") != self)
            return [];
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) || count is < 1 or > 1024)
            throw Unusable($"LISTEN_FDS is '{Printable.Text(text)}'");
        return [.. Enumerable.Range(First, count).Select(descriptor => Take(descriptor, type))];
    }

    private static Socket Take(int descriptor, SocketType type)
    {
        try
        {
            Socket socket = LinuxOnly.TakeOver(descriptor);
            bool isInternet = socket.AddressFamily is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6;
            if (isInternet && socket.SocketType == type && (type != SocketType.Stream || LinuxOnly.IsListening(socket)))
                return socket;
        }
        catch (SocketException)
        {
            // It is no socket, or not open.
        }

        throw Unusable($"descriptor {descriptor} is no {(type == SocketType.Stream ? "listening TCP" : "UDP")} socket");
    }

    private static CommandFailedException Unusable(string what) =>
        new(ExitCode.Unreachable, $"cannot use the sockets that it was started with: {what}");
}
