using System.Threading.Channels;
using SumSocket.Client;
using SumSocket.Client.Tcp;

namespace SumSocket.Tests.Client.Tcp;

/// <summary>A client against a scripted server, with a clock that stands still unless moved.</summary>
public abstract class ClientTest : IAsyncDisposable
{
    private readonly List<SumTcpClient> _clients = [];
    private readonly Channel<ConnectionEvent> _events = Channel.CreateUnbounded<ConnectionEvent>();

    protected ClientTest() => Server = NewServer();

    internal ScriptedServer Server { get; }

    /// <summary>Whether client and server speak TLS: a derived class runs its tests again.</summary>
    private protected virtual bool Tls => false;

    private protected ManualTimeProvider Clock { get; } = new();

    public async ValueTask DisposeAsync()
    {
        foreach (SumTcpClient client in _clients)
            await client.DisposeAsync();
        await Server.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    internal ScriptedServer NewServer(int port = 0) => new(port, tls: Tls);

    protected SumTcpClient NewClient(Func<SumTcpClientOptions, SumTcpClientOptions>? change = null)
    {
        var options = new SumTcpClientOptions
        {
            Port = Server.Port,
            Tls = Tls ? new TlsClientOptions { Authorities = [TestCertificates.Authority] } : null,
        };
        var client = new SumTcpClient(change?.Invoke(options) ?? options, null, Clock);
        client.ConnectionChanged += happened => _events.Writer.TryWrite(happened);
        _clients.Add(client);
        return client;
    }

    /// <summary>The next thing that happened to the connection.</summary>
    protected async Task<ConnectionEvent> NextEventAsync() => await _events.Reader.ReadAsync();

    protected bool HasEvent => _events.Reader.TryPeek(out _);

    /// <summary>Asks; a task can be awaited late and by several.</summary>
    internal static Task<SumResult> Ask(SumTcpClient client, long a, long b, CancellationToken token = default) =>
        client.SumAsync(a, b, token).AsTask();

    /// <summary>A connection that has shown that it frames messages, so that requests are pipelined on it.</summary>
    internal async Task<ScriptedPeer> OpenAsync(SumTcpClient client, ScriptedServer? server = null)
    {
        Task<SumResult> first = Ask(client, 1, 1);
        ScriptedPeer peer = await (server ?? Server).AcceptAsync();
        await peer.ServeAsync();
        await first;
        await NextEventAsync();
        return peer;
    }
}
