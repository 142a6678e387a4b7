using System.Globalization;

namespace SumSocket.SystemTests.Harness;

/// <summary>The kernel's table of TCP sockets.</summary>
internal static class SocketTable
{
    /// <summary>How many IPv4 sockets bound to a local port are in a state.</summary>
    public static int Count(int localPort, SocketState state)
    {
        string port = localPort.ToString("X4", CultureInfo.InvariantCulture);
        string code = ((int)state).ToString("X2", CultureInfo.InvariantCulture);
        return File.ReadLines("/proc/net/tcp").Skip(1).Count(row =>
        {
            // sl local_address rem_address st ...
            string[] fields = row.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return fields[1].EndsWith(':' + port, StringComparison.Ordinal) && fields[3] == code;
        });
    }
}
