namespace SumSocket.Client;

/// <summary>The result of one attempt to connect.</summary>
/// <param name="Socket">Connected; null when the attempt failed.</param>
/// <param name="EndPoint">The address connected to, or the last one tried; null when the name has none.</param>
/// <param name="Reason">Why it failed, for people.</param>
/// <param name="Cause">Why it failed, for programs.</param>
internal sealed record ConnectResult(Socket? Socket, IPEndPoint? EndPoint, string Reason, ConnectionCause Cause)
{
    /// <summary>EADDRNOTAVAIL of a connect (connect(2)): those ports are used up, or the system has no address of that kind.</summary>
    private const string NoLocalPort = "no local port or address left for it";

    /// <summary>When the connect that succeeded began: a time stamp of the exact clock.</summary>
    public long Started { get; init; }

    /// <summary>How long that connect took.</summary>
    public TimeSpan Time { get; init; }

    /// <summary>How long it took to resolve the name; null where an address was given, or the name has none.</summary>
    public TimeSpan? ResolveTime { get; init; }

    /// <summary>The code of the failed call; <see cref="SocketError.Success"/> without one.</summary>
    public SocketError Error { get; init; }

    /// <summary>How long the TLS handshake took; zero without TLS.</summary>
    public TimeSpan HandshakeTime { get; init; }

    /// <summary>What the TLS handshake agreed on, where that is wanted; null without TLS.</summary>
    public TlsReport? Tls { get; init; }

    /// <summary>The transport over the socket, where more than connecting it was needed.</summary>
    public ITransport? Transport { get; init; }

    /// <summary>Where that transport puts what it receives.</summary>
    public byte[]? ReceiveBuffer { get; init; }

    /// <summary>The socket under observation; null where nothing observes it.</summary>
    public ObservedSocket? Observed { get; init; }

    public bool IsConnected => Cause == ConnectionCause.None;

    /// <summary>Closes a connection that is not wanted any more.</summary>
    public void Close()
    {
        Transport?.Dispose();
        Socket?.Dispose();
    }

    public static ConnectResult Failed(IPEndPoint? tried, SocketError error) =>
        new(null, tried, error == SocketError.AddressNotAvailable ? NoLocalPort : SocketErrors.Describe(error), CauseOf(error))
        {
            Error = error,
        };

    /// <summary>The cause that a failed socket call stands for.</summary>
    public static ConnectionCause CauseOf(SocketError error) => error switch
    {
        SocketError.ConnectionRefused => ConnectionCause.Refused,
        SocketError.ConnectionReset or SocketError.NetworkReset => ConnectionCause.Reset,
        SocketError.Shutdown or SocketError.ConnectionAborted => ConnectionCause.EndOfStream,
        SocketError.TimedOut => ConnectionCause.TimedOut,
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => ConnectionCause.NameNotFound,
        SocketError.HostUnreachable or SocketError.HostDown or SocketError.NetworkUnreachable or SocketError.NetworkDown
            => ConnectionCause.Unreachable,
        SocketErrors.TlsFailure => ConnectionCause.TlsFailed,
        _ => ConnectionCause.Other,
    };
}

/// <summary>One attempt to connect: resolves the name and tries its addresses in order, all within the time for one attempt. Each address
/// gets an equal share of what is left, so one that drops packets does not use up the time of the others.</summary>
/// <param name="host">The server's name or address.</param>
/// <param name="port">Its port.</param>
/// <param name="timeout">The time for one attempt; <see cref="Timeout.InfiniteTimeSpan"/> for no limit.</param>
/// <param name="time">Its clock.</param>
/// <param name="create">Makes a socket for one kind of address.</param>
internal sealed class Connector(string host, int port, TimeSpan timeout, TimeProvider time, Func<AddressFamily, Socket> create)
{
    private readonly TimeProvider _exactTime = CoarseClock.ExactFor(time);
    private readonly IPAddress[]? _address = AddressOf(host) is { } address ? [address] : null; // null: it is a name

    /// <summary>Sets options on a socket before it connects.</summary>
    public required Action<Socket> Prepare { get; init; }

    /// <summary>What sees the sockets; null for nothing.</summary>
    public ISocketObserver? Observer { get; init; }

    /// <param name="preferIPv4">Whether IPv4 addresses are tried first; else the order of the resolver.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="OperationCanceledException">Only when <paramref name="stop"/> was cancelled.</exception>
    public async Task<ConnectResult> ConnectAsync(bool preferIPv4, CancellationToken stop)
    {
        IPEndPoint? tried = null;
        SocketError error = SocketError.HostNotFound;
        try
        {
            long start = time.GetTimestamp();
            long exactStart = _exactTime.GetTimestamp();
            IPAddress[] addresses = _address ?? await ResolveAsync(preferIPv4, stop).ConfigureAwait(false);
            TimeSpan? resolved = _address is null ? _exactTime.GetElapsedTime(exactStart) : null;
            for (int i = 0; i < addresses.Length; i++)
            {
                tried = new IPEndPoint(addresses[i], port);
                ConnectResult result =
                    await TryConnectAsync(tried, Share(time.GetElapsedTime(start), addresses.Length - i), stop).ConfigureAwait(false);
                if (result.IsConnected || i == addresses.Length - 1)
                    return resolved is null ? result : result with { ResolveTime = resolved };
            }
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            error = SocketError.TimedOut;
        }
        catch (SocketException failure)
        {
            error = failure.SocketErrorCode; // of the name: an address that fails is no exception here
        }
        catch (ArgumentException)
        {
            error = SocketError.HostNotFound; // what cannot be a name, such as one of 300 characters
        }

        return ConnectResult.Failed(tried, error);
    }

    /// <summary>The address that a text is, if it is one. An IPv4 one that is mapped into IPv6, as servers with both log them, is reached
    /// over IPv4.</summary>
    private static IPAddress? AddressOf(string host) =>
        IPAddress.TryParse(host, out IPAddress? address) ? address.Unmapped() : null;

    private async Task<IPAddress[]> ResolveAsync(bool preferIPv4, CancellationToken stop)
    {
        using CancellationTokenSource limit = new(timeout, time);
        using CancellationTokenRegistration stopped = CancelOn(limit, stop);
        IPAddress[] addresses = await Dns.GetHostAddressesAsync(host, limit.Token).ConfigureAwait(false);
        return preferIPv4 ? [.. addresses.OrderBy(address => address.AddressFamily != AddressFamily.InterNetwork)] : addresses;
    }

    private TimeSpan Share(TimeSpan elapsed, int addresses) =>
        timeout == Timeout.InfiniteTimeSpan ? timeout
        : elapsed >= timeout ? TimeSpan.Zero
        : (timeout - elapsed) / addresses;

    private async Task<ConnectResult> TryConnectAsync(IPEndPoint endPoint, TimeSpan share, CancellationToken stop)
    {
        using CancellationTokenSource limit = new(share, time);
        using CancellationTokenRegistration stopped = CancelOn(limit, stop);
        Socket? socket = null;
        ObservedSocket? observed = Observer is null ? null : new ObservedSocket(Observer, endPoint);
        try
        {
            socket = create(endPoint.AddressFamily);
            Prepare(socket);
            long started = _exactTime.GetTimestamp();
            observed?.Add(SocketAction.Connects);
            await ConnectAttempt.RunAsync(socket, endPoint, observed, limit.Token).ConfigureAwait(false);
            TimeSpan took = _exactTime.GetElapsedTime(started);
            SocketErrors.ThrowIfConnectedToItself(socket, endPoint);
            Socket connected = socket;
            socket = null;
            observed?.Settle(connected);
            observed?.Add(SocketAction.Connected, ObservedTransport.StateOf(connected));
            return new ConnectResult(connected, endPoint, string.Empty, ConnectionCause.None)
            {
                Started = started,
                Time = took,
                Observed = observed,
            };
        }
        catch (SocketException failure)
        {
            observed?.Add(SocketAction.ConnectFailed, text: SocketErrors.Describe(failure.SocketErrorCode));
            return ConnectResult.Failed(endPoint, failure.SocketErrorCode);
        }
        catch (OperationCanceledException)
        {
            observed?.Add(SocketAction.ConnectFailed, text: "given up");
            stop.ThrowIfCancellationRequested();
            return ConnectResult.Failed(endPoint, SocketError.TimedOut);
        }
        finally
        {
            observed?.Settle(socket); // also where it was cancelled before the call: nothing may wait for its address
            socket?.Dispose(); // also where it connected although the time was over
        }
    }

    /// <summary>Cancels a source when another token fires: no linked source is needed, since the one with the time-out is there.</summary>
    private static CancellationTokenRegistration CancelOn(CancellationTokenSource limit, CancellationToken stop) =>
        stop.UnsafeRegister(static limit => ((CancellationTokenSource)limit!).Cancel(), limit);
}

/// <summary>One connect call. The socket's own <c>ConnectAsync</c> keeps its operation, some 400 bytes, for as long as the socket
/// lives.</summary>
internal sealed class ConnectAttempt : SocketAsyncEventArgs
{
    private readonly TaskCompletionSource _completion = new();

    private ConnectAttempt(IPEndPoint endPoint)
        : base(unsafeSuppressExecutionContextFlow: true) => RemoteEndPoint = endPoint;

    /// <summary>Connects a socket.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="SocketException">It failed.</exception>
    public static async Task RunAsync(Socket socket, IPEndPoint endPoint, ObservedSocket? observed, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        using var attempt = new ConnectAttempt(endPoint);
        bool isPending;
        try
        {
            isPending = socket.ConnectAsync(attempt);
        }
        finally
        {
            observed?.Settle(socket);
        }

        if (isPending)
        {
            using CancellationTokenRegistration cancelled =
                cancel.UnsafeRegister(static attempt => Socket.CancelConnectAsync((ConnectAttempt)attempt!), attempt);
            await attempt._completion.Task.ConfigureAwait(false);
        }

        if (attempt.SocketError == SocketError.Success)
            return;
        if (attempt.SocketError == SocketError.OperationAborted)
            cancel.ThrowIfCancellationRequested();
        throw new SocketException((int)attempt.SocketError);
    }

    protected override void OnCompleted(SocketAsyncEventArgs e) => _completion.SetResult();
}
