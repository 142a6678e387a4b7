using System.Net;
using Microsoft.Extensions.Logging;

namespace SumSocket.Server.Tcp;

/// <summary>Answers sums over TCP.</summary>
public sealed class SumTcpServer : IAsyncDisposable
{
    /// <summary>Makes a server that is not yet listening.</summary>
    public SumTcpServer(SumTcpServerOptions options, ILoggerFactory? loggerFactory = null, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        _ = loggerFactory;
        _ = timeProvider;
    }

    /// <summary>Binds every address and begins to accept.</summary>
    /// <returns>The addresses bound, in the order of the options, with their real ports.</returns>
    /// <exception cref="System.Net.Sockets.SocketException">An address cannot be bound; none is then.</exception>
    public IReadOnlyList<IPEndPoint> Start() => throw new NotImplementedException();

    /// <summary>Ends when the server has stopped; faults when accepting ended without a stop, which is a bug and must end the process.</summary>
    public Task Completion => throw new NotImplementedException();

    /// <summary>Drains: stops accepting, answers everything received, closes every connection cleanly, and cuts what is left at the drain time-out.</summary>
    /// <returns>True when every connection ended by itself.</returns>
    public Task<bool> StopAsync() => throw new NotImplementedException();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
