namespace SumSocket.Client;

/// <summary>The result of one attempt to connect.</summary>
/// <param name="Socket">Connected and non-blocking; null when the attempt failed.</param>
/// <param name="EndPoint">The address connected to, or the last one tried; null when the name has none.</param>
/// <param name="Reason">Why it failed, for people.</param>
/// <param name="Cause">Why it failed, for programs.</param>
internal sealed record ConnectResult(Socket? Socket, IPEndPoint? EndPoint, string Reason, ConnectionCause Cause)
{
    /// <summary>The transport over the socket, where more than connecting it was needed.</summary>
    public ITransport? Transport { get; init; }

    /// <summary>Where that transport puts what it receives.</summary>
    public byte[]? ReceiveBuffer { get; init; }

    public bool IsConnected => Cause == ConnectionCause.None;

    /// <summary>Closes a connection that is not wanted any more.</summary>
    public void Close()
    {
        Transport?.Dispose();
        Socket?.Dispose();
    }

    public static ConnectResult Failed(IPEndPoint? tried, SocketError error) =>
        new(null, tried, SocketErrors.Describe(error), CauseOf(error));

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
/// <param name="connect">Connects a socket to one address.</param>
internal sealed class Connector(
    string host, int port, TimeSpan timeout, TimeProvider time, Func<IPEndPoint, CancellationToken, ValueTask<Socket>> connect)
{
    /// <param name="preferIPv4">Whether IPv4 addresses are tried first; else the order of the resolver.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="OperationCanceledException">Only when <paramref name="stop"/> was cancelled.</exception>
    public async Task<ConnectResult> ConnectAsync(bool preferIPv4, CancellationToken stop)
    {
        using var timer = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, timer.Token);
        IPEndPoint? tried = null;
        SocketError error = SocketError.HostNotFound;
        try
        {
            long start = time.GetTimestamp();
            IPAddress[] addresses = await ResolveAsync(either.Token).ConfigureAwait(false);
            if (preferIPv4)
                addresses = [.. addresses.OrderBy(address => address.AddressFamily != AddressFamily.InterNetwork)];
            for (int i = 0; i < addresses.Length; i++)
            {
                tried = new IPEndPoint(addresses[i], port);
                TimeSpan share = Share(time.GetElapsedTime(start), addresses.Length - i);
                (Socket? socket, error) = await TryConnectAsync(tried, share, either.Token).ConfigureAwait(false);
                if (socket is not null)
                    return new ConnectResult(socket, tried, string.Empty, ConnectionCause.None);
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

    private async Task<IPAddress[]> ResolveAsync(CancellationToken stop) => IPAddress.TryParse(host, out IPAddress? address)
        ? [address]
        : await Dns.GetHostAddressesAsync(host, stop).ConfigureAwait(false);

    private TimeSpan Share(TimeSpan elapsed, int addresses) =>
        timeout == Timeout.InfiniteTimeSpan ? timeout
        : elapsed >= timeout ? TimeSpan.Zero
        : (timeout - elapsed) / addresses;

    private async Task<(Socket? Socket, SocketError Error)> TryConnectAsync(IPEndPoint endPoint, TimeSpan share, CancellationToken stop)
    {
        using var timer = new CancellationTokenSource(share, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, timer.Token);
        try
        {
            return (await connect(endPoint, either.Token).ConfigureAwait(false), SocketError.Success);
        }
        catch (SocketException failure)
        {
            return (null, failure.SocketErrorCode);
        }
        catch (OperationCanceledException)
        {
            stop.ThrowIfCancellationRequested();
            return (null, SocketError.TimedOut);
        }
    }
}
