using System.Net;
using Microsoft.Extensions.Logging;
using SumSocket.Client.Tcp;
using SumSocket.Server.Tcp;

namespace SumSocket.Apps;

/// <summary>The server to ask: a given one, or with <c>--loopback</c> a private one inside the process for as long as this lives.</summary>
internal sealed class ServerTarget : IAsyncDisposable
{
    private readonly SumTcpServer? _server;

    private ServerTarget(SumTcpClientOptions options, SumTcpServer? server = null)
    {
        Options = options;
        _server = server;
    }

    /// <summary>The client's options, with the address filled in.</summary>
    public SumTcpClientOptions Options { get; }

    /// <summary>The address for people: <c>127.0.0.1:5656</c>, <c>[::1]:5656</c>.</summary>
    public string Name => Options.Host.Contains(':') ? $"[{Options.Host.Trim('[', ']')}]:{Options.Port}" : $"{Options.Host}:{Options.Port}";

    public static ServerTarget Open(SumTcpClientOptions options, bool loopback, ILoggerFactory loggers)
    {
        if (!loopback)
            return new ServerTarget(options);
        SumTcpServer server = new(
            new SumTcpServerOptions
            {
                EndPoints = [new IPEndPoint(IPAddress.Loopback, 0)],
                ReadTimeout = Timeout.InfiniteTimeSpan, // its one client may ask as seldom as it likes
            },
            loggers);
        IPEndPoint bound = server.Start()[0];
        return new ServerTarget(options with { Host = bound.Address.ToString(), Port = bound.Port }, server);
    }

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;
}
