using System.Runtime.InteropServices;

namespace SumSocket.Sockets;

/// <summary>Receives and answers datagrams on one bound socket. An answer leaves from the address that was asked: on a machine with several
/// a client drops one that comes from another of them, and the kernel would choose by its routes.</summary>
/// <remarks>Where the socket is bound to every address the kernel reports with each datagram which one it came to (IP_PKTINFO of ip(7),
/// IPV6_RECVPKTINFO of ipv6(7)), and takes the same back with the answer. Only Linux is known to, and .NET has no send for
/// it.</remarks>
internal sealed unsafe partial class DatagramSocket
{
    private const int ReceivePacketInfo6 = 49; // IPV6_RECVPKTINFO
    private const int NoSignal = 0x4000; // MSG_NOSIGNAL
    private const int Interrupted = 4, WouldBlock = 11, NoMemory = 12, NoBufferSpace = 105; // EINTR, EAGAIN, ENOMEM, ENOBUFS

    private readonly Socket _socket;
    private readonly bool _isAny;

    /// <param name="socket">Bound, and not connected.</param>
    public DatagramSocket(Socket socket)
    {
        _socket = socket;
        IPAddress local = ((IPEndPoint)socket.LocalEndPoint!).Address;
        if (!OperatingSystem.IsLinux() || !(local.Equals(IPAddress.Any) || local.Equals(IPAddress.IPv6Any)))
            return;
        bool is6 = socket.AddressFamily == AddressFamily.InterNetworkV6;
        try
        {
            socket.SetRawSocketOption(
                is6 ? DatagramOrigin.Ip6 : DatagramOrigin.Ip, is6 ? ReceivePacketInfo6 : DatagramOrigin.PacketInfo,
                BitConverter.GetBytes(1));
            _isAny = true;
        }
        catch (SocketException)
        {
            // A kernel that is like Linux and has no such option: it chooses the address.
        }
    }

    /// <summary>Waits for a datagram.</summary>
    /// <param name="buffer">Where it goes; what does not fit is cut off.</param>
    /// <param name="from">Where it came from, and which address it was sent to. The size of its peer is 0 when receiving was ended.</param>
    /// <returns>Its length.</returns>
    /// <exception cref="SocketException">The call failed; the socket goes on.</exception>
    public int Receive(Span<byte> buffer, DatagramOrigin from)
    {
        SocketAddress peer = from.Peer;
        peer.Size = peer.Buffer.Length;
        if (!_isAny)
            return _socket.ReceiveFrom(buffer, SocketFlags.None, peer);
        fixed (byte* bytes = buffer, name = peer.Buffer.Span, control = from.Control)
        {
            Part part = new() { Start = bytes, Length = buffer.Length };
            Message message = new() { Name = name, NameLength = peer.Size, Parts = &part, PartCount = 1, Control = control };
            nint received;
            do
            {
                message.ControlLength = from.Control.Length;
                received = ReceiveMessage(_socket.SafeHandle, &message, 0);
            }
            while (received < 0 && MayReceiveAgain(Marshal.GetLastPInvokeError()));
            if (received < 0)
                throw Failure(Marshal.GetLastPInvokeError());
            peer.Size = message.NameLength;
            from.TakeControl(message.ControlLength);
            return (int)received;
        }
    }

    /// <summary>Sends an answer to where a datagram came from, from the address that it was sent to.</summary>
    /// <exception cref="SocketException">The kernel would not send it.</exception>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public void Send(ReadOnlySpan<byte> answer, DatagramOrigin to)
    {
        if (!_isAny)
        {
            _socket.SendTo(answer, SocketFlags.None, to.Peer);
            return;
        }

        to.TurnRound();
        fixed (byte* bytes = answer, name = to.Peer.Buffer.Span, control = to.Control)
        {
            Part part = new() { Start = bytes, Length = answer.Length };
            Message message = new()
            {
                Name = name,
                NameLength = to.Peer.Size,
                Parts = &part,
                PartCount = 1,
                Control = to.ControlLength == 0 ? null : control,
                ControlLength = to.ControlLength,
            };
            if (SendMessage(_socket.SafeHandle, &message, NoSignal) < 0)
                throw Failure(Marshal.GetLastPInvokeError());
        }
    }

    /// <summary>After a signal at once; with a socket that was made not to block once there is something.</summary>
    private bool MayReceiveAgain(int error) => error == Interrupted || (error == WouldBlock && _socket.Poll(-1, SelectMode.SelectRead));

    private static SocketException Failure(int error) => new((int)(error is NoMemory or NoBufferSpace
        ? SocketError.NoBufferSpaceAvailable : SocketError.SocketError)); // .NET maps the numbers of the system only for its own calls

    [LibraryImport("libc", EntryPoint = "recvmsg", SetLastError = true)]
    private static partial nint ReceiveMessage(SafeHandle socket, Message* message, int flags);

    [LibraryImport("libc", EntryPoint = "sendmsg", SetLastError = true)]
    private static partial nint SendMessage(SafeHandle socket, Message* message, int flags);

    /// <summary>struct iovec.</summary>
    private struct Part
    {
        public byte* Start;
        public nint Length;
    }

    /// <summary>struct msghdr.</summary>
    private struct Message
    {
        public byte* Name;
        public int NameLength;
        public Part* Parts;
        public nint PartCount;
        public byte* Control;
        public nint ControlLength;
        public int Flags;
    }
}
