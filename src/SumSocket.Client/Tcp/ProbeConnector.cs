namespace SumSocket.Client.Tcp;

/// <summary>Makes connections to examine, all to one server.</summary>
/// <param name="options">Where to, and what is set on the sockets: of these only what concerns connecting counts.</param>
/// <param name="clock">The clock of time stamps; null for the system's.</param>
internal sealed class ProbeConnector(SumTcpClientOptions options, TimeProvider? clock = null)
{
    private readonly TcpConnector _connector = Validated(options, clock ?? TimeProvider.System);

    /// <summary>The clock of time stamps.</summary>
    public TimeProvider Clock { get; } = clock ?? TimeProvider.System;

    /// <summary>One attempt. The addresses of a name are tried in order.</summary>
    /// <exception cref="OperationCanceledException">Only when <paramref name="stop"/> was cancelled.</exception>
    public async Task<ProbeAttempt> ConnectAsync(CancellationToken stop = default)
    {
        long start = Clock.GetTimestamp();
        ConnectResult result = await _connector.ConnectAsync(rentBuffer: null, stop).ConfigureAwait(false);
        if (!result.IsConnected)
            return new ProbeAttempt(null, result) { Time = Clock.GetElapsedTime(start) };
        try
        {
            ITransport transport = result.Transport ?? ObservedTransport.Wrap(new PlainTransport(result.Socket!), result.Observed);
            return new ProbeAttempt(new ProbeConnection(transport, Clock), result) { Time = result.Time - result.HandshakeTime };
        }
        catch (SocketException failure)
        {
            result.Close(); // it had ended before it could be used
            return new ProbeAttempt(null, ConnectResult.Failed(result.EndPoint, failure.SocketErrorCode));
        }
    }

    private static TcpConnector Validated(SumTcpClientOptions options, TimeProvider clock)
    {
        options.Validate();
        return new TcpConnector(options, clock, reportsTls: true);
    }
}

/// <summary>The result of an attempt to connect.</summary>
/// <param name="Connection">The connection; null when the attempt failed.</param>
/// <param name="Result">What connecting found.</param>
internal sealed record ProbeAttempt(ProbeConnection? Connection, ConnectResult Result)
{
    /// <summary>How long the TCP handshake took; of a failed attempt, how long all of it took.</summary>
    public TimeSpan Time { get; init; }

    /// <summary>How long it took to resolve the name; null where an address was given, or the name has none.</summary>
    public TimeSpan? ResolveTime => Result.ResolveTime;

    /// <summary>How long the TLS handshake took; zero without TLS.</summary>
    public TimeSpan HandshakeTime => Result.HandshakeTime;

    /// <summary>What TLS agreed on; null without.</summary>
    public TlsReport? Tls => Result.Tls;

    /// <summary>The address connected to, or tried last; null when the name has none.</summary>
    public IPEndPoint? EndPoint => Result.EndPoint;

    /// <summary>Why it failed, in a few lower-case words.</summary>
    public string Reason => Result.Reason;

    /// <summary>Why it failed, for programs.</summary>
    public ConnectionCause Cause => Result.Cause;

    /// <summary>The code of the failed call; <see cref="SocketError.Success"/> without one.</summary>
    public SocketError Error => Result.Error;
}
