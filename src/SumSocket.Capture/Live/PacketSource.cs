using System.Net.Sockets;
using System.Runtime.InteropServices;
using SharpPcap;
using SharpPcap.LibPcap;
using SumSocket.Cli.Terminal;

namespace SumSocket.Capture.Live;

/// <summary>Where packets come from.</summary>
internal interface IPacketSource
{
    /// <summary>The link type, as files number it.</summary>
    int Link { get; }

    /// <summary>The next packet.</summary>
    /// <param name="take">Gets its time in nanoseconds since 1970, its bytes and its real length.</param>
    /// <returns>False when there is none.</returns>
    /// <exception cref="IOException">No more will come, as when the network is gone.</exception>
    bool TryTake(PacketTaker take);

    /// <summary>How many packets passed the filter, and how many of them were lost for want of room.</summary>
    (long Received, long Dropped) ReadCounts();
}

/// <summary>A device of libpcap. The only class that knows SharpPcap.</summary>
internal sealed class PacketSource : IPacketSource, IDisposable
{
    /// <summary>The most bytes of a packet: all that IP has, and its link header.</summary>
    public const int SnapLength = 65_535 + 64;

    private const int BufferSize = 32 * 1024 * 1024; // a hundred thousand short packets, those of some seconds
    private const int ReadTimeout = 50; // ms, within which the kernel hands over what it has

    /// <summary>How long to wait where there is no packet.</summary>
    public static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(10);

    private readonly LibPcapLiveDevice _device;

    private PacketSource(LibPcapLiveDevice device) => _device = device;

    public string Name => _device.Name;

    /// <inheritdoc/>
    public int Link => (int)_device.LinkType;

    /// <summary>Opens the device that has the packets of a scope.</summary>
    /// <exception cref="CommandFailedException">It cannot be opened.</exception>
    public static PacketSource Open(bool isLocal)
    {
        if (!OperatingSystem.IsLinux())
            throw Failed("works on Linux only");
        try
        {
            return OpenDevice(isLocal);
        }
        catch (Exception missing) when (missing is DllNotFoundException or TypeInitializationException or EntryPointNotFoundException)
        {
            throw Failed("needs libpcap: apt install libpcap0.8");
        }
        catch (PcapException refused)
        {
            throw Failed(IsForbidden(refused)
                ? "needs the right to see packets: run it with sudo, or give it once with sudo setcap cap_net_raw+ep "
                    + $"'{Environment.ProcessPath}'"
                : $"cannot open the network: {Printable.Text(refused.Message)}");
        }
    }

    /// <summary>From now on only these packets come.</summary>
    public void Filter(string filter)
    {
        try
        {
            _device.Filter = filter;
        }
        catch (PcapException refused)
        {
            throw Failed($"cannot filter by '{filter}': {Printable.Text(refused.Message)}");
        }
    }

    /// <inheritdoc/>
    public unsafe bool TryTake(PacketTaker take)
    {
        nint header = 0, data = 0;
        int result = _device.GetNextPacketPointers(ref header, ref data);
        if (result < 0)
            throw new IOException(Printable.Text(_device.LastError));
        if (result != 1)
            return false;
        // struct pcap_pkthdr: a timeval, the captured and the real length. Read here, since an object for each packet would cost more.
        bool isWide = nint.Size == sizeof(long);
        (long seconds, long fraction) = isWide
            ? (((long*)header)[0], ((long*)header)[1])
            : (((int*)header)[0], ((int*)header)[1]);
        uint* lengths = (uint*)(header + (isWide ? 16 : 8));
        take(seconds * 1_000_000_000 + fraction, new ReadOnlySpan<byte>((void*)data, (int)lengths[0]), (int)lengths[1]);
        return true;
    }

    /// <inheritdoc/>
    public (long Received, long Dropped) ReadCounts()
    {
        ICaptureStatistics counts = _device.Statistics;
        return (counts.ReceivedPackets, (long)counts.DroppedPackets + counts.InterfaceDroppedPackets);
    }

    public void Dispose() => _device.Close();

    private static PacketSource OpenDevice(bool isLocal)
    {
        LibPcapLiveDeviceList devices = LibPcapLiveDeviceList.New();
        LibPcapLiveDevice device = devices.FirstOrDefault(one => isLocal ? one.Loopback : one.Name == "any")
            ?? throw Failed($"finds no device of {(isLocal ? "the loopback interface" : "all interfaces")}");
        device.Open(new DeviceConfiguration
        {
            Snaplen = SnapLength,
            BufferSize = BufferSize,
            ReadTimeout = ReadTimeout,
            TimestampResolution = TimestampResolution.Nanosecond,
        });
        device.NonBlockingMode = true; // else libpcap waits for a packet without end
        if (device.Loopback)
            IgnoreOutgoing(device);
        return new PacketSource(device);
    }

    /// <summary>On the loopback interface each packet passes twice, going out and coming in. libpcap drops the one that goes out, but only
    /// after the kernel has copied it (PACKET_IGNORE_OUTGOING, packet(7)).</summary>
    private static unsafe void IgnoreOutgoing(LibPcapLiveDevice device)
    {
        const int SolPacket = 263, IgnoreOutgoingOption = 23;
        try
        {
            nint library = NativeLibrary.Load("libpcap.so.0.8");
            var descriptorOf = (delegate* unmanaged<nint, int>)NativeLibrary.GetExport(library, "pcap_fileno");
            using Socket socket = new(new SafeSocketHandle(descriptorOf(device.Handle.DangerousGetHandle()), ownsHandle: false));
            socket.SetRawSocketOption(SolPacket, IgnoreOutgoingOption, BitConverter.GetBytes(1));
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException or SocketException)
        {
            // It costs a little more then.
        }
    }

    private static bool IsForbidden(PcapException refused) => refused.Error is PcapError.PermissionDenied
        || refused.Message.Contains("permission", StringComparison.OrdinalIgnoreCase);

    private static CommandFailedException Failed(string what) => new(ExitCode.Usage, $"--capture {what}");
}

/// <summary>Gets a packet, whose bytes are there until it returns.</summary>
internal delegate void PacketTaker(long time, ReadOnlySpan<byte> bytes, int length);
