using System.Globalization;

namespace SumSocket.SystemTests.Harness;

/// <summary>The kernel's table of TCP sockets.</summary>
internal static class SocketTable
{
    /// <summary>How many IPv4 sockets bound to a local port are in a state.</summary>
    public static int Count(int localPort, SocketState state) => Count(column: 1, localPort, state);

    /// <summary>How many IPv4 sockets whose peer has a port, or shall have it, are in a state.</summary>
    public static int CountTo(int remotePort, SocketState state) => Count(column: 2, remotePort, state);

    private static int Count(int column, int number, SocketState state)
    {
        string port = number.ToString("X4", CultureInfo.InvariantCulture);
        string code = ((int)state).ToString("X2", CultureInfo.InvariantCulture);
        return File.ReadLines("/proc/net/tcp").Skip(1).Count(row =>
        {
            // sl local_address rem_address st ...
            string[] fields = row.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return fields[column].EndsWith(':' + port, StringComparison.Ordinal) && fields[3] == code;
        });
    }
}
