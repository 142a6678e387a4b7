using System.Buffers.Text;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace SumSocket.Sockets;

/// <summary>All that only Linux has, in one place. Elsewhere each call does nothing and says so by what it returns.</summary>
internal static partial class LinuxOnly
{
    private const int IpProtocolTcp = 6;
    private const int IpProtocolIp6 = 41;
    private const int TcpUserTimeout = 18; // linux/tcp.h
    private const int TcpInfoOption = 11;
    private const int TcpCongestion = 13;
    private const int TcpRtoMaxMs = 44;
    private const int CloseOnExec = 1; // FD_CLOEXEC: fcntl(2)
    private const int TcpInfoLength = 104; // up to and with tcpi_total_retrans, which every kernel since 2.6 has

    /// <summary>The default of <see cref="ReadRetries"/> (TCP_RETR2, net/tcp.h).</summary>
    public const int DefaultRetries = 15;

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

    /// <summary>All that the kernel knows of a TCP connection (TCP_INFO, tcp(7)); null where it is not known.</summary>
    /// <param name="socket">A TCP socket that was connected; the connection may have ended.</param>
    public static TcpDetails? ReadTcpDetails(Socket socket)
    {
        if (!OperatingSystem.IsLinux())
            return null;
        byte[] info = new byte[TcpDetails.Length];
        int length = socket.GetRawSocketOption(IpProtocolTcp, TcpInfoOption, info);
        return length < TcpInfoLength ? null : TcpDetails.Read(info.AsSpan(0, length));
    }

    /// <summary>The congestion control of a TCP socket (TCP_CONGESTION, tcp(7)); null where the platform does not name it.</summary>
    public static string? ReadCongestionControl(Socket socket)
    {
        if (!OperatingSystem.IsLinux())
            return null;
        byte[] name = new byte[16]; // TCP_CA_NAME_MAX
        int length = socket.GetRawSocketOption(IpProtocolTcp, TcpCongestion, name);
        return Encoding.ASCII.GetString(name.AsSpan(0, length)).TrimEnd('\0');
    }

    /// <summary>The longest pause between retransmissions of a TCP socket (TCP_RTO_MAX_MS); null before Linux 6.15.</summary>
    public static TimeSpan? ReadLongestRetransmitTimeout(Socket socket)
    {
        if (!OperatingSystem.IsLinux())
            return null;
        byte[] value = new byte[sizeof(int)];
        try
        {
            socket.GetRawSocketOption(IpProtocolTcp, TcpRtoMaxMs, value);
            return TimeSpan.FromMilliseconds(BitConverter.ToInt32(value));
        }
        catch (SocketException)
        {
            return null;
        }
    }

    /// <summary>How many times a segment is sent again before the connection is given up (tcp_retries2, tcp(7)).</summary>
    public static int ReadRetries()
    {
        try
        {
            return int.Parse(File.ReadAllText("/proc/sys/net/ipv4/tcp_retries2"), CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return DefaultRetries;
        }
    }

    /// <summary>Whether datagrams may be fragmented; if not, one that is longer than the path takes is refused (IP_MTU_DISCOVER,
    /// ip(7)).</summary>
    /// <param name="socket">A UDP socket.</param>
    /// <param name="allowed">True fragments here and sets no Don't-Fragment bit.</param>
    /// <returns>False where the platform has no such option.</returns>
    public static bool TrySetFragmentation(Socket socket, bool allowed)
    {
        const int MtuDiscover = 10, MtuDiscover6 = 23, Dont = 0, Do = 2; // linux/in.h, linux/in6.h
        if (!OperatingSystem.IsLinux())
            return false;
        bool is6 = socket.AddressFamily == AddressFamily.InterNetworkV6;
        socket.SetRawSocketOption(is6 ? IpProtocolIp6 : 0, is6 ? MtuDiscover6 : MtuDiscover, BitConverter.GetBytes(allowed ? Dont : Do));
        return true;
    }

    /// <summary>The longest packet that the path of a connected socket takes, as far as the kernel knows (IP_MTU, ip(7)); null where it is
    /// not known.</summary>
    public static int? ReadPathMtu(Socket socket)
    {
        const int Mtu = 14, Mtu6 = 24;
        if (!OperatingSystem.IsLinux())
            return null;
        byte[] value = new byte[sizeof(int)];
        bool is6 = socket.AddressFamily == AddressFamily.InterNetworkV6;
        socket.GetRawSocketOption(is6 ? IpProtocolIp6 : 0, is6 ? Mtu6 : Mtu, value);
        return BitConverter.ToInt32(value);
    }

    /// <summary>How many file descriptors the process holds, about a hundred at the start; 0 where /proc cannot be read, as without a free
    /// one.</summary>
    public static int OpenFiles()
    {
        try
        {
            return OperatingSystem.IsLinux() && Directory.Exists("/proc/self/fd") ? Directory.GetFiles("/proc/self/fd").Length : 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

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
        const int SetDescriptorFlags = 2; // F_SETFD
        if (OperatingSystem.IsLinux())
            _ = ControlFile(descriptor, SetDescriptorFlags, CloseOnExec);
        return new Socket(new SafeSocketHandle(descriptor, ownsHandle: true));
    }

    /// <summary>Whether a descriptor is open and can be one that the process was started with: those that the runtime and .NET open are
    /// closed at exec(2), which is when a program inherits the others.</summary>
    public static bool IsInherited(int descriptor)
    {
        const int GetDescriptorFlags = 1; // F_GETFD
        return ControlFile(descriptor, GetDescriptorFlags, 0) is >= 0 and var flags && (flags & CloseOnExec) == 0;
    }

    /// <summary>The address that the kernel has chosen for a socket, also while it connects, when .NET does not say it (getsockname(2));
    /// null where it is not known.</summary>
    public static IPEndPoint? ReadLocalEndPoint(Socket socket)
    {
        const int InterNetwork = 2, InterNetworkV6 = 10;
        if (!OperatingSystem.IsLinux())
            return null;
        byte[] name = new byte[28]; // struct sockaddr_in6, the longer one
        int length = name.Length;
        if (ReadSocketName(socket.SafeHandle, name, ref length) != 0)
            return null;
        int port = name[2] << 8 | name[3];
        return port == 0 ? null : (int)BitConverter.ToUInt16(name) switch
        {
            InterNetwork => new IPEndPoint(new IPAddress(name.AsSpan(4, 4)), port),
            InterNetworkV6 => new IPEndPoint(new IPAddress(name.AsSpan(8, 16)), port),
            _ => null,
        };
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

    [LibraryImport("libc", EntryPoint = "getsockname")]
    private static partial int ReadSocketName(SafeHandle socket, byte[] name, ref int length);

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
