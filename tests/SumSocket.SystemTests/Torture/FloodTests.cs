using System.Net;
using System.Net.Sockets;
using SumSocket.SystemTests.Harness;

namespace SumSocket.SystemTests.Torture;

/// <summary>More connections than a server takes, from one address, beside a client that must not notice.</summary>
public sealed class FloodTests
{
    private const int Limit = 2_000;
    private const int PerAddress = 500;
    private const int Flooders = 8;
    private const int HeldByEach = 100; // so that all together are beyond what one address may have

    /// <summary>Twice the buffers of 16 KiB of all that one address may have. A native program holds the 2,000 in little more.</summary>
    private const long Buffers = 2 * PerAddress * 16 * 1024;

    private static readonly TimeSpan _warmUp = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _length = TimeSpan.FromSeconds(LongRun.IsRequested ? 60 : 3);

    /// <summary>What a scanner sends to find out what listens: nothing, HTTP, TLS, SSH, RDP, SMB, and things that are nothing at
    /// all.</summary>
    private static readonly byte[][] _probes =
    [
        [], "GET / HTTP/1.0\r\n\r\n"u8.ToArray(), [0x16, 3, 1, 0, 0xa5, 1, 0, 0, 0xa1, 3, 3], "SSH-2.0-scan\r\n"u8.ToArray(),
        [3, 0, 0, 0x13, 0x0e, 0xe0, 0, 0], [0, 0, 0, 0x54, 0xff, (byte)'S', (byte)'M', (byte)'B'], "\r\n\r\n"u8.ToArray(),
        [0x80, 0, 0, 0x28], "{"u8.ToArray(), "help\r\n"u8.ToArray(), [0, 0x1e, 0, 6, 1, 0, 0, 1], new byte[4_000],
    ];

    [Theory(Timeout = 180_000)]
    [InlineData("connections that stay")]
    [InlineData("a port scan")]
    [InlineData("half a request, byte by byte")]
    public async Task Memory_stays_near_that_at_the_connection_limit(string kind)
    {
        await using ServerProcess server =
            await ServerProcess.StartAsync("--max-connections", $"{Limit}", "--max-connections-per-ip", $"{PerAddress}", "-q");
        await using StreamPeer honest = await server.ConnectAsync();
        await honest.AskAsync();
        using (CancellationTokenSource warm = new(_warmUp)) // what code a flood needs is loaded and compiled
            await FloodAsync(server.Port, kind, new Random(0), warm.Token);
        int files = server.Usage.OpenFiles + 2;
        await MemoryAtLimitAsync(server);
        long atLimit = await MemoryAtLimitAsync(server);

        using CancellationTokenSource over = new(_length);
        Task<Tally>[] floods =
            [.. Enumerable.Range(0, Flooders).Select(i => Task.Run(() => FloodAsync(server.Port, kind, new Random(i), over.Token)))];
        long most = 0, asked = 0;
        TimeSpan slowest = TimeSpan.Zero;
        while (!over.IsCancellationRequested)
        {
            long start = TimeProvider.System.GetTimestamp();
            await honest.AskAsync(asked++, 4);
            TimeSpan took = TimeProvider.System.GetElapsedTime(start);
            slowest = took > slowest ? took : slowest;
            most = Math.Max(most, server.Usage.ResidentBytes);
        }

        Tally[] tallies = await Task.WhenAll(floods);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{tallies.Sum(one => one.Connections)} connections, {tallies.Sum(one => one.Refused)} refused; {atLimit / 1e6:0.0} MB at " +
            $"the limit, {most / 1e6:0.0} MB at most in the flood; {asked} others answered, " +
            $"the slowest after {slowest.TotalMilliseconds:0} ms");
        most.Should().BeLessThan(Math.Max(atLimit * 3 / 2, atLimit + Buffers));
        asked.Should().BeGreaterThan(100);
        slowest.Should().BeLessThan(TimeSpan.FromSeconds(2));
        await Eventually.IsTrueAsync(() => server.Usage.OpenFiles <= files, "the descriptors are back", Patience.Limit);
        await server.StopAsync();
    }

    private static async Task<long> MemoryAtLimitAsync(ServerProcess server)
    {
        List<Socket> peers = [];
        try
        {
            for (int i = 0; i < Limit - 1; i++)
            {
                peers.Add(await ConnectAsync(server.Port, from: i / (PerAddress - 1)));
                await peers[i].SendAsync("{\"A\":7,\"B\":4}"u8.ToArray());
            }

            byte[] answer = new byte[100];
            foreach (Socket peer in peers)
                (await peer.ReceiveAsync(answer)).Should().Be("{\"Sum\":11}\n".Length);
            return server.Usage.ResidentBytes;
        }
        finally
        {
            foreach (Socket peer in peers)
                peer.Dispose();
        }
    }

    private static async Task<Tally> FloodAsync(int port, string kind, Random random, CancellationToken over)
    {
        Tally tally = new();
        Queue<Socket> held = new();
        byte[] buffer = new byte[256];
        try
        {
            while (!over.IsCancellationRequested)
            {
                Socket socket = await ConnectAsync(port, from: 100);
                tally.Connections++;
                held.Enqueue(socket);
                if (kind == "a port scan")
                    await TrySendAsync(socket, _probes[random.Next(_probes.Length)]);
                else if (kind != "connections that stay")
                    await Task.WhenAll(held.Select(one => TrySendAsync(one, "{"u8.ToArray())));
                if (socket.Poll(1_000, SelectMode.SelectRead))
                    tally.Refused += await TryReceiveAsync(socket, buffer) > 0 ? 1 : 0;
                if (held.Count > (kind == "a port scan" ? 0 : HeldByEach))
                    held.Dequeue().Close(random.Next(2) == 0 ? 0 : -1);
            }
        }
        finally
        {
            foreach (Socket socket in held)
                socket.Dispose();
        }

        return tally;
    }

    private static async Task<Socket> ConnectAsync(int port, int from)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Bind(new IPEndPoint(IPAddress.Parse($"127.0.1.{from + 1}"), 0));
        await socket.ConnectAsync(IPAddress.Loopback, port);
        return socket;
    }

    private static async Task TrySendAsync(Socket socket, byte[] bytes)
    {
        try
        {
            await socket.SendAsync(bytes);
        }
        catch (SocketException)
        {
            // The server has closed it.
        }
    }

    private static async Task<int> TryReceiveAsync(Socket socket, byte[] buffer)
    {
        try
        {
            return await socket.ReceiveAsync(buffer);
        }
        catch (SocketException)
        {
            return 0;
        }
    }

    private sealed class Tally
    {
        public long Connections { get; set; }

        public long Refused { get; set; }
    }
}
