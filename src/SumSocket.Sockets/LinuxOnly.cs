using System.Buffers.Text;
using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SumSocket.Sockets;

/// <summary>All that only Linux has, in one place. Elsewhere each call does nothing and says so by what it returns.</summary>
internal static partial class LinuxOnly
{
    private const int IpProtocolTcp = 6;
    private const int TcpUserTimeout = 18; // linux/tcp.h
    private const int TcpInfoOption = 11;
    private const int TcpInfoLength = 104; // up to and with tcpi_total_retrans, which every kernel since 2.6 has

    /// <summary>Bounds how long sent data may stay unacknowledged (TCP_USER_TIMEOUT, tcp(7)). Keep-alive does not run while data is in
    /// flight, so without it a vanished peer is noticed only after the retransmissions end, 15 to 20 minutes. Inherited by accepted
    /// sockets.</summary>
    /// <param name="socket">A TCP socket.</param>
    /// <param name="timeout">At least 1 ms; <see cref="Timeout.InfiniteTimeSpan"/> leaves the system's default.</param>
    /// <returns>False where the platform has no such option.</returns>
    public static bool TrySetUserTimeout(Socket socket, TimeSpan timeout)
    {
        if (!OperatingSystem.IsLinux())
            return false;
        if (timeout != Timeout.InfiniteTimeSpan)
            socket.SetRawSocketOption(IpProtocolTcp, TcpUserTimeout, BitConverter.GetBytes((int)Math.Max(1, timeout.TotalMilliseconds)));
        return true;
    }

    /// <summary>The TCP_USER_TIMEOUT of a socket: zero for the system's rule; null where the platform has none.</summary>
    public static TimeSpan? ReadUserTimeout(Socket socket)
    {
        if (!OperatingSystem.IsLinux())
            return null;
        byte[] value = new byte[sizeof(int)];
        socket.GetRawSocketOption(IpProtocolTcp, TcpUserTimeout, value);
        return TimeSpan.FromMilliseconds(BitConverter.ToInt32(value));
    }

    /// <summary>What the kernel knows of a TCP connection's way (TCP_INFO, tcp(7)); null where it is not known.</summary>
    /// <param name="socket">A connected TCP socket.</param>
    public static TcpInfo? ReadTcpInfo(Socket socket)
    {
        if (!OperatingSystem.IsLinux())
            return null;
        byte[] info = new byte[TcpInfoLength]; // struct tcp_info of linux/tcp.h
        if (socket.GetRawSocketOption(IpProtocolTcp, TcpInfoOption, info) < TcpInfoLength)
            return null;
        return new TcpInfo(
            RoundTrip: TimeSpan.FromMicroseconds(At(68)), Variation: TimeSpan.FromMicroseconds(At(72)), Retransmitted: At(100),
            CongestionWindow: At(80), SegmentSize: At(16), PathMtu: At(60));

        int At(int offset) => (int)BitConverter.ToUInt32(info, offset);
    }

    /// <summary>How many file descriptors the process holds, about a hundred at the start; 0 where /proc cannot be read.</summary>
    public static int OpenFiles() =>
        OperatingSystem.IsLinux() && Directory.Exists("/proc/self/fd") ? Directory.GetFiles("/proc/self/fd").Length : 0;

    /// <summary>Makes receives on a UDP socket return at once, with what is queued and then with nothing, also one that is blocked. On an
    /// unconnected socket shutdown(2) fails and does it all the same (inet_shutdown in net/ipv4/af_inet.c).</summary>
    /// <returns>False where the platform has no such thing.</returns>
    public static bool TryEndReceiving(Socket socket)
    {
        if (!OperatingSystem.IsLinux())
            return false;
        try
        {
            socket.Shutdown(SocketShutdown.Receive);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.NotConnected)
        {
        }

        return true;
    }

    /// <summary>A socket of a descriptor that the process was started with. No program that it may start inherits it any more.</summary>
    /// <exception cref="SocketException">It is no socket.</exception>
    public static Socket TakeOver(int descriptor)
    {
        const int SetDescriptorFlags = 2, CloseOnExec = 1; // F_SETFD, FD_CLOEXEC: fcntl(2)
        if (OperatingSystem.IsLinux())
            _ = ControlFile(descriptor, SetDescriptorFlags, CloseOnExec);
        return new Socket(new SafeSocketHandle(descriptor, ownsHandle: true));
    }

    /// <summary>Whether a TCP socket listens (SO_ACCEPTCONN, socket(7)).</summary>
    public static bool IsListening(Socket socket) =>
        (int)socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.AcceptConnection)! != 0;

    /// <summary>Opens the file that <see cref="ReadOpenFileLimit"/> reads; null where it cannot be read.</summary>
    public static SafeFileHandle? OpenLimits()
    {
        if (!OperatingSystem.IsLinux())
            return null;
        try
        {
            return File.OpenHandle("/proc/self/limits"); // proc_pid_limits(5)
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // no /proc, or no descriptor
        }
    }

    /// <summary>The soft limit of open files (RLIMIT_NOFILE); null for none.</summary>
    public static int? ReadOpenFileLimit(SafeFileHandle limits)
    {
        Span<byte> table = stackalloc byte[2048]; // 16 rows of 79 bytes
        int length;
        try
        {
            length = RandomAccess.Read(limits, table, 0);
        }
        catch (IOException)
        {
            return null;
        }

        ReadOnlySpan<byte> read = table[..length];
        ReadOnlySpan<byte> name = "Max open files"u8;
        int row = read.IndexOf(name);
        return row >= 0 && Utf8Parser.TryParse(read[(row + name.Length)..].TrimStart((byte)' '), out int soft, out _) ? soft : null;
    }

    /// <summary>How many datagrams the kernel has dropped because the receive buffer of the UDP socket bound to <paramref name="local"/>
    /// was full: the last column of <c>/proc/net/udp</c> and <c>udp6</c>. Null where it is not known.</summary>
    public static long? UdpDrops(IPEndPoint local)
    {
        string table = local.AddressFamily == AddressFamily.InterNetworkV6 ? "/proc/net/udp6" : "/proc/net/udp";
        if (!OperatingSystem.IsLinux() || !File.Exists(table))
            return null;
        string address = ProcAddress(local);
        foreach (string row in File.ReadLines(table))
        {
            string[] columns = row.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (columns.Length > 2 && columns[1] == address
                && long.TryParse(columns[^1], NumberStyles.None, CultureInfo.InvariantCulture, out long drops))
                return drops;
        }

        return null;
    }

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int ControlFile(int descriptor, int command, int argument);

    /// <summary>An address as /proc spells it: each 32 bits in the machine's byte order, then the port, all in hexadecimal.</summary>
    private static string ProcAddress(IPEndPoint local)
    {
        byte[] bytes = local.Address.GetAddressBytes();
        IEnumerable<string> words = Enumerable.Range(0, bytes.Length / 4)
            .Select(i => BitConverter.ToUInt32(bytes, 4 * i).ToString("X8", CultureInfo.InvariantCulture));
        return $"{string.Concat(words)}:{local.Port.ToString("X4", CultureInfo.InvariantCulture)}";
    }
}
