using Microsoft.Extensions.Logging;

namespace SumSocket.Client.Tcp;

/// <summary>A client that pipelines the requests of many concurrent callers over one TCP connection and replaces that connection when it is lost.</summary>
public sealed class SumTcpClient : ISumClient
{
    /// <summary>Makes a client; nothing is dialled before it is needed.</summary>
    public SumTcpClient(SumTcpClientOptions options, ILoggerFactory? loggerFactory = null, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        _ = loggerFactory;
        _ = timeProvider;
    }

    /// <inheritdoc/>
    public event Action<ConnectionEvent>? ConnectionChanged { add { } remove { } }

    /// <summary>Makes one attempt to connect now, unless there is a connection.</summary>
    /// <exception cref="SumConnectException">It failed; the message says why in one line.</exception>
    /// <exception cref="OperationCanceledException">Only when <paramref name="cancellationToken"/> was cancelled.</exception>
    public Task ConnectAsync(CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <inheritdoc/>
    public ValueTask<SumResult> SumAsync(long a, long b, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
