using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace SumSocket.Lab.Models;

/// <summary>One thread and epoll(7): the kernel keeps the list, and says only which connections are ready. A call costs as much as
/// there is to do, however many are silent. Linux has it; it is what runtimes use below their asynchronous calls.</summary>
internal static class EpollServer
{
    private const uint In = 1, Out = 4;
    private const int Add = 1, Remove = 2, Modify = 3;

    public static void Run(Socket listener)
    {
        if (RuntimeInformation.ProcessArchitecture != Architecture.X64)
            throw new PlatformNotSupportedException("Elsewhere epoll_event has another layout.");
        int epoll = Create(0);
        int listening = (int)listener.Handle;
        Dictionary<int, ReadyPeer> peers = [];
        Control(epoll, Add, listening, In);
        EpollEvent[] ready = new EpollEvent[256];
        while (true)
        {
            int count = Wait(epoll, ref ready[0], ready.Length, -1);
            for (int i = 0; i < count; i++)
            {
                if (ready[i].Descriptor == listening)
                {
                    ReadyPeer added = new(listener.Accept());
                    peers[added.Descriptor] = added;
                    Control(epoll, Add, added.Descriptor, In);
                    continue;
                }

                ReadyPeer peer = peers[ready[i].Descriptor];
                bool waited = peer.WaitsForRoom;
                if (!peer.Go())
                {
                    peers.Remove(peer.Descriptor);
                    Control(epoll, Remove, peer.Descriptor, 0);
                    peer.Dispose();
                }
                else if (peer.WaitsForRoom != waited)
                    Control(epoll, Modify, peer.Descriptor, waited ? In : Out);
            }
        }
    }

    private static void Control(int epoll, int what, int descriptor, uint events)
    {
        EpollEvent wanted = new() { Events = events, Descriptor = descriptor };
        if (Control(epoll, what, descriptor, ref wanted) != 0)
            throw new InvalidOperationException(Marshal.GetLastPInvokeErrorMessage());
    }

    [DllImport("libc", EntryPoint = "epoll_create1")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Create(int flags);

    [DllImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Control(int epoll, int what, int descriptor, ref EpollEvent wanted);

    [DllImport("libc", EntryPoint = "epoll_wait")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Wait(int epoll, ref EpollEvent first, int count, int milliseconds);

    [StructLayout(LayoutKind.Sequential, Pack = 4)]
    private struct EpollEvent
    {
        public uint Events;
        public int Descriptor;
        private readonly int _unused;
    }
}
