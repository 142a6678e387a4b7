using Microsoft.Extensions.Logging.Abstractions;

namespace SumSocket.Client.Udp;

/// <summary>A client that serves many callers over one UDP socket, and repeats unanswered requests until their deadline.</summary>
/// <remarks><para>Answers are matched by <c>Id</c>, which is never used twice; what is late, doubled or foreign is counted in
/// <see cref="Counts"/> and ends nothing, but what is late shows that the server is there. A report that no process listens there (ICMP)
/// raises <see cref="ConnectionChanged"/> once, as a failed attempt, and ends nothing unless <see cref="SumUdpClientOptions.EndOnRefusal"/>
/// is true: the server may start later or come back, which the first answer then reports as a connection made. A request that is sent once
/// only (<see cref="SumUdpClientOptions.Repeat"/> is false) waits for its deadline, whatever was reported: it is lost like any
/// other.</para>
/// <para>In steady state a sum allocates nothing. The value task must therefore be awaited once and not kept: its object serves the next
/// request.</para></remarks>
public sealed class SumUdpClient : ISumClient
{
    private readonly ILogger _logger;
    private readonly ConnectionEvents _events;
    private readonly RequestCore _core;
    private readonly Lazy<Task> _closing;

    /// <summary>Makes a client; no socket is opened before it is needed.</summary>
    /// <param name="options">How it behaves.</param>
    /// <param name="loggerFactory">Where it is logged, at level Debug, that a server is there or not, and at the end the counts; null for
    /// nowhere.</param>
    /// <param name="timeProvider">Where deadlines and pauses take their time from; null for the system's clock.</param>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    public SumUdpClient(SumUdpClientOptions options, ILoggerFactory? loggerFactory = null, TimeProvider? timeProvider = null)
        : this(options, loggerFactory, timeProvider, Random.Shared)
    {
    }

    /// <summary>Makes a client with chance in the caller's hands.</summary>
    internal SumUdpClient(SumUdpClientOptions options, ILoggerFactory? loggerFactory, TimeProvider? timeProvider, Random random)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        UsesIds = options.UseIds;
        _logger = (loggerFactory ?? NullLoggerFactory.Instance).CreateLogger<SumUdpClient>();
        _events = new ConnectionEvents(_logger);
        TimeProvider time = timeProvider ?? TimeProvider.System;
        long first = IssuedIds.DrawFirst(random);
        _core = new RequestCore(
            options.ToCore(first), new UdpChannelOpener(options, Counts, new IssuedIds(first), random, time), _events, time);
        _closing = new Lazy<Task>(CloseAsync);
    }

    /// <inheritdoc/>
    public event Action<ConnectionEvent>? ConnectionChanged
    {
        add => _events.Raised += value;
        remove => _events.Raised -= value;
    }

    /// <summary>Whether answers are matched by <c>Id</c>; see <see cref="SumUdpClientOptions.UseIds"/>.</summary>
    public bool UsesIds { get; }

    /// <summary>What was sent and received so far.</summary>
    public SumUdpCounts Counts { get; } = new();

    /// <inheritdoc/>
    /// <remarks>Resolves the name and opens the socket. It sends nothing, so it does not show whether the server is there.</remarks>
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

    /// <summary>Closes the socket and ends every request: as <see cref="SumOutcome.NotSent"/> those that never left, as
    /// <see cref="SumOutcome.OutcomeUnknown"/> the others. This raises no <see cref="ConnectionChanged"/>.</summary>
    public ValueTask DisposeAsync() => new(_closing.Value);

    private async Task CloseAsync()
    {
        await _core.DisposeAsync().ConfigureAwait(false);
        _logger.UdpClosed(
            Counts.Sent, Counted.Noun(Counts.Sent, "request"), Counts.Repeated, Counts.SendFailed,
            Counts.Received, Counted.Noun(Counts.Received, "datagram"),
            Counts.Answered, Counted.Noun(Counts.Answered, "answer"), Counts.Late, Counts.Duplicates,
            Counts.Foreign, Counts.Malformed, Counts.Reordered, Counts.Refused);
    }
}
