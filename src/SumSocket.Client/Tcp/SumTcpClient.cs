using Microsoft.Extensions.Logging.Abstractions;

namespace SumSocket.Client.Tcp;

/// <summary>A client that pipelines the requests of many callers over one TCP connection and replaces it when it is lost.</summary>
/// <remarks><para>Old peers need no flag. A server that puts white space between its answers, as ours ends each with a line feed, frames
/// messages, and gets up to <see cref="SumTcpClientOptions.MaxInFlight"/> requests ahead of its answers. Until the first such byte is seen
/// on a connection there is one request on it at a time: a server that takes each read for one message, and so knows no delimiter, never
/// finds two in one read.</para>
/// <para>In steady state a sum allocates nothing. The value task must therefore be awaited once and not kept: its object serves the next
/// request.</para></remarks>
public sealed class SumTcpClient : ISumClient
{
    private readonly ConnectionEvents _events;
    private readonly RequestCore _core;
    private readonly Lazy<Task> _closing;

    /// <summary>Makes a client; nothing is dialled before it is needed.</summary>
    /// <param name="options">How it behaves.</param>
    /// <param name="loggerFactory">Where connections made and lost are logged, at level Debug; null for nowhere.</param>
    /// <param name="timeProvider">Where deadlines and pauses take their time from; null for the system's clock, to within 10 ms.</param>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    public SumTcpClient(SumTcpClientOptions options, ILoggerFactory? loggerFactory = null, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _events = new ConnectionEvents((loggerFactory ?? NullLoggerFactory.Instance).CreateLogger<SumTcpClient>());
        TimeProvider time = timeProvider ?? CoarseClock.Instance;
        _core = new RequestCore(options.ToCore(), new TcpChannelOpener(options, time), _events, time);
        _closing = new Lazy<Task>(() => _core.DisposeAsync().AsTask());
    }

    /// <inheritdoc/>
    public event Action<ConnectionEvent>? ConnectionChanged
    {
        add => _events.Raised += value;
        remove => _events.Raised -= value;
    }

    /// <inheritdoc/>
    /// <remarks>Makes one attempt now, back-off or not, or joins the one under way.</remarks>
    public Task ConnectAsync(CancellationToken cancellationToken = default) => _core.ConnectAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask<SumResult> SumAsync(long a, long b, CancellationToken cancellationToken = default) =>
        _core.SumAsync(a, b, cancellationToken);

    /// <inheritdoc/>
    public void Submit(ReadOnlySpan<SumRequest> requests, ISumObserver observer)
    {
        ArgumentNullException.ThrowIfNull(observer);
        _core.Submit(requests, observer);
    }

    /// <summary>What the kernel knows of the way of the present connection (Linux); null when there is none.</summary>
    public TcpInfo? ReadTcpInfo()
    {
        lock (_core.Lock)
            return ((TcpChannel?)_core.Flow.Channel)?.Transport.ReadTcpInfo();
    }

    /// <summary>Closes the connection and ends every request: as <see cref="SumOutcome.NotSent"/> those of which no byte went out, as
    /// <see cref="SumOutcome.OutcomeUnknown"/> the others. This raises no <see cref="ConnectionChanged"/>.</summary>
    public ValueTask DisposeAsync() => new(_closing.Value);
}
