namespace SumSocket.Client.Udp;

/// <summary>A UDP socket to examine a path with: one request at a time, padded to any length. Nothing is sent again.</summary>
internal sealed class UdpProbe : IDisposable
{
    private readonly Socket _socket;
    private readonly ObservedSocket? _observed;
    private readonly TimeProvider _clock;
    private readonly byte[] _datagram = new byte[ProtocolLimits.MaxDatagramLength];

    private UdpProbe(ConnectResult opened, TimeProvider clock) =>
        (_socket, RemoteEndPoint, _observed, _clock) = (opened.Socket!, opened.EndPoint!, opened.Observed, clock);

    public IPEndPoint RemoteEndPoint { get; }

    public IPEndPoint? LocalEndPoint => (IPEndPoint?)_socket.LocalEndPoint;

    /// <summary>The longest packet that the path takes as far as the kernel knows; null for unknown.</summary>
    public int? PathMtu => LinuxOnly.ReadPathMtu(_socket);

    /// <summary>Opens one. Nothing is sent.</summary>
    /// <returns>The probe, or why there is none.</returns>
    public static async Task<(UdpProbe? Probe, string Reason)> OpenAsync(
        string host, int port, ISocketObserver? observer, TimeProvider clock, CancellationToken stop)
    {
        var connector = new Connector(
            host, port, TimeSpan.FromSeconds(10), clock, family => new Socket(family, SocketType.Dgram, ProtocolType.Udp))
        {
            Prepare = static _ => { },
            Observer = observer,
        };
        ConnectResult result = await connector.ConnectAsync(preferIPv4: true, stop).ConfigureAwait(false);
        return (result.Socket is null ? null : new UdpProbe(result, clock), result.Reason);
    }

    /// <summary>Lets datagrams be fragmented, or forbids it.</summary>
    /// <returns>False where that cannot be set.</returns>
    public bool TrySetFragmentation(bool allowed) => LinuxOnly.TrySetFragmentation(_socket, allowed);

    /// <summary>Sends a request in a datagram of so many bytes, padded with white space, and awaits its answer.</summary>
    /// <param name="number">Tells its answer from others: the sum and the Id are this.</param>
    /// <param name="length">Bytes of the datagram: at least those of the request, at most 1,200.</param>
    /// <param name="probe">What is asked for beside the sum.</param>
    /// <param name="timeout">How long to wait.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="OperationCanceledException">Only when <paramref name="stop"/> was cancelled.</exception>
    public async Task<UdpProbeResult> AskAsync(int number, int length, RequestProbe probe, TimeSpan timeout, CancellationToken stop)
    {
        Request request = new(number, 0, number);
        int used = MessageWriter.WriteRequest(_datagram, request, probe);
        _datagram.AsSpan(used).Fill((byte)' ');
        long sent = _clock.GetTimestamp();
        using var limit = new CancellationTokenSource(timeout, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stop);
        try
        {
            length = Math.Max(used, length);
            _observed?.Add(SocketAction.Wrote, bytes: length, messages: 1);
            await _socket.SendAsync(_datagram.AsMemory(0, length), SocketFlags.None, either.Token).ConfigureAwait(false);
            byte[] answer = new byte[ProtocolLimits.MaxDatagramLength + 1];
            while (true)
            {
                int received = await _socket.ReceiveAsync(answer, SocketFlags.None, either.Token).ConfigureAwait(false);
                _observed?.Add(SocketAction.Received, bytes: received, messages: 1);
                if (Read(answer.AsSpan(0, received), number) is { } good)
                    return good with { Time = _clock.GetElapsedTime(sent) };
            }
        }
        catch (SocketException failure)
        {
            _observed?.Add(SocketAction.Failed, text: SocketErrors.Describe(failure.SocketErrorCode));
            return new UdpProbeResult { Error = failure.SocketErrorCode, Time = _clock.GetElapsedTime(sent) };
        }
        catch (OperationCanceledException)
        {
            stop.ThrowIfCancellationRequested();
            return new UdpProbeResult { Error = SocketError.TimedOut, Time = timeout };
        }
    }

    public void Dispose()
    {
        _observed?.Add(SocketAction.Closes);
        _socket.Dispose();
    }

    /// <summary>The answer to a request; null for anything else, such as a late answer to an earlier one.</summary>
    private static UdpProbeResult? Read(ReadOnlySpan<byte> datagram, int number) =>
        Datagram.TryRead(datagram, out Response response, out PathReport? path)
            && response.Sum == number && (response.Id ?? number) == number
            ? new UdpProbeResult { IsAnswered = true, Path = path }
            : null;
}

/// <summary>What came of one datagram.</summary>
internal sealed record UdpProbeResult
{
    public bool IsAnswered { get; init; }

    /// <summary>What the server reports.</summary>
    public PathReport? Path { get; init; }

    /// <summary>Why there was no answer: <see cref="SocketError.MessageSize"/> when it is longer than the path takes.</summary>
    public SocketError Error { get; init; }

    public TimeSpan Time { get; init; }
}
