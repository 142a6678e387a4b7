using System.Net;
using System.Net.Sockets;

namespace SumSocket.Tests;

/// <summary>
/// Stands between clients and a server, with a real connection towards each, and delays, slices, throttles, resets, silences and cuts by
/// the draws of a seed. It knows bytes only, so TLS passes through it.
/// </summary>
internal sealed class StreamRelay : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly HashSet<RelayedConnection> _open = [];
    private readonly long[] _fates = new long[Enum.GetValues<StreamFate>().Length];
    private readonly int _serverPort;
    private readonly int _seed;
    private readonly Task _running;
    private volatile StreamFaults _faults;
    private volatile TaskCompletionSource _released = new();
    private long _connections, _bytes;

    public StreamRelay(int serverPort, StreamFaults? faults = null, int seed = 0)
    {
        (_serverPort, _faults, _seed) = (serverPort, faults ?? new StreamFaults(), seed);
        _released.SetResult();
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(512);
        Port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
        _running = Task.Run(AcceptAsync);
    }

    /// <summary>Where it listens, on the loopback interface.</summary>
    public int Port { get; }

    /// <summary>What it does from now on; the fate of a connection that stands stays.</summary>
    public StreamFaults Faults
    {
        get => _faults;
        set => _faults = value;
    }

    /// <summary>How many connections were made through it.</summary>
    public long Connections => Volatile.Read(ref _connections);

    /// <summary>How many bytes it has passed on, in both directions.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Ends when bytes may pass.</summary>
    public Task Released => _released.Task;

    /// <summary>How many connections have met a fate.</summary>
    public long Count(StreamFate fate) => Volatile.Read(ref _fates[(int)fate]);

    /// <summary>Lets no byte pass until <see cref="Release"/>: what comes meanwhile waits, as behind a link that is down.</summary>
    public void Hold() => _released = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends <see cref="Hold"/>.</summary>
    public void Release() => _released.TrySetResult();

    /// <summary>Resets every connection, towards both ends.</summary>
    public void ResetAll()
    {
        RelayedConnection[] open;
        lock (_open)
            open = [.. _open];
        foreach (RelayedConnection connection in open)
        {
            Met(StreamFate.Reset);
            connection.Reset();
        }
    }

    public void Met(StreamFate fate) => Interlocked.Increment(ref _fates[(int)fate]);

    public void Passed(int bytes) => Interlocked.Add(ref _bytes, bytes);

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        Release();
        lock (_open)
        {
            foreach (RelayedConnection connection in _open)
                connection.Reset();
        }

        await _running;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket client = await _listener.AcceptAsync();
                int number = (int)Interlocked.Increment(ref _connections);
                _ = ServeAsync(client, HashCode.Combine(_seed, number));
            }
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
            // It was disposed.
        }
    }

    private async Task ServeAsync(Socket client, int seed)
    {
        Socket server = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        RelayedConnection connection = new(this, client, server, seed);
        lock (_open)
            _open.Add(connection);
        try
        {
            await server.ConnectAsync(IPAddress.Loopback, _serverPort);
            await connection.RunAsync();
            connection.Close();
        }
        catch (Exception refused) when (refused is SocketException or ObjectDisposedException)
        {
            connection.Reset(); // as a proxy does whose server is not there
        }
        finally
        {
            lock (_open)
                _open.Remove(connection);
        }
    }
}
