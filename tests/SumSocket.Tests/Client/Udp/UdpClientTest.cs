using System.Threading.Channels;
using SumSocket.Client;
using SumSocket.Client.Udp;

namespace SumSocket.Tests.Client.Udp;

/// <summary>A client against a scripted peer, with a clock that stands still unless moved and chance that says 0.</summary>
public abstract class UdpClientTest : IAsyncDisposable
{
    private readonly List<SumUdpClient> _clients = [];
    private readonly Channel<ConnectionEvent> _events = Channel.CreateUnbounded<ConnectionEvent>();

    internal ScriptedUdpPeer Peer { get; } = new();

    private protected ManualTimeProvider Clock { get; } = new();

    public async ValueTask DisposeAsync()
    {
        foreach (SumUdpClient client in _clients)
            await client.DisposeAsync();
        Peer.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>A client whose socket is open.</summary>
    protected async Task<SumUdpClient> NewClientAsync(Func<SumUdpClientOptions, SumUdpClientOptions>? change = null, double random = 0)
    {
        var options = new SumUdpClientOptions { Port = Peer.Port };
        var client = new SumUdpClient(change?.Invoke(options) ?? options, null, Clock, new FixedRandom(random));
        client.ConnectionChanged += happened => _events.Writer.TryWrite(happened);
        _clients.Add(client);
        await client.ConnectAsync();
        return client;
    }

    protected async Task<ConnectionEvent> NextEventAsync() => await _events.Reader.ReadAsync().AsTask().WaitAsync(TestTimeout.Span);

    protected bool HasEvent => _events.Reader.TryPeek(out _);

    /// <summary>Asks; a task can be awaited late and by several.</summary>
    internal static Task<SumResult> Ask(SumUdpClient client, long a, long b, CancellationToken token = default) =>
        client.SumAsync(a, b, token).AsTask();

    /// <summary>A round that ends: by then everything sent to the client before has been taken.</summary>
    internal async Task RoundAsync(SumUdpClient client)
    {
        Task<SumResult> pending = Ask(client, 400_000, 2);
        Peer.Answer(await Peer.ReadAsync());
        await pending;
    }
}
