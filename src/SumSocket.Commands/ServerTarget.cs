using SumSocket.Sockets;

namespace SumSocket.Commands;

/// <summary>The server to ask: a given one, or with <c>--loopback</c> a private one inside the process for as long as this lives.</summary>
internal sealed class ServerTarget : IAsyncDisposable
{
    private readonly LoopbackServer? _own;

    private ServerTarget(ClientSettings settings, LoopbackServer? own = null)
    {
        Settings = settings;
        _own = own;
    }

    /// <summary>The client's settings, with the address filled in.</summary>
    public ClientSettings Settings { get; }

    /// <summary>Whether it is the private one.</summary>
    public bool IsOwn => _own is not null;

    /// <summary>The address for people: <c>127.0.0.1:5656</c>, <c>[::1]:5656</c>.</summary>
    public string Name => HostAndPort.Format(Settings.Host, Settings.Port);

    public static ServerTarget Open(ClientProgram program, ClientSettings settings, bool loopback)
    {
        if (!loopback)
            return new ServerTarget(settings);
        LoopbackServer own = program.StartServer(settings.Loggers);
        return new ServerTarget(settings with { Host = own.EndPoint.Address.ToString(), Port = own.EndPoint.Port }, own);
    }

    public ValueTask DisposeAsync() => _own?.Server.DisposeAsync() ?? ValueTask.CompletedTask;
}
