using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace SumSocket.Lab.Models;

/// <summary>One thread and poll(2): the list of all connections is given to the kernel for each call, and gone through after it. With ten
/// connections that costs nothing; with ten thousand, of which one has something to say, it is most of the work.</summary>
internal static class PollServer
{
    private const short In = 1, Out = 4;

    public static void Run(Socket listener)
    {
        List<ReadyPeer?> peers = [null]; // the first place is the listener's
        List<PollEntry> entries = [new() { Descriptor = (int)listener.Handle, Wanted = In }];
        while (true)
        {
            if (Poll(ref CollectionsMarshal.AsSpan(entries)[0], (nuint)entries.Count, -1) < 0)
                continue; // interrupted
            for (int i = entries.Count - 1; i > 0; i--) // from the end, since the last one fills a gap
            {
                if (entries[i].Found == 0)
                    continue;
                if (peers[i]!.Go())
                {
                    entries[i] = entries[i] with { Wanted = peers[i]!.WaitsForRoom ? Out : In };
                    continue;
                }

                peers[i]!.Dispose();
                (peers[i], entries[i]) = (peers[^1], entries[^1]);
                peers.RemoveAt(peers.Count - 1);
                entries.RemoveAt(entries.Count - 1);
            }

            if (entries[0].Found != 0)
            {
                ReadyPeer peer = new(listener.Accept());
                peers.Add(peer);
                entries.Add(new PollEntry { Descriptor = peer.Descriptor, Wanted = In });
            }
        }
    }

    [DllImport("libc", EntryPoint = "poll")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Poll(ref PollEntry first, nuint count, int milliseconds);

    private record struct PollEntry
    {
        public int Descriptor;
        public short Wanted;
        public short Found;
    }
}
