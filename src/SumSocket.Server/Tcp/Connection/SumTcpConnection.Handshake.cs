namespace SumSocket.Server.Tcp.Connection;

/// <summary>What comes before the first receive, and over TLS there is something.</summary>
internal sealed partial class SumTcpConnection
{
    private volatile bool _isHandshaking;

    /// <summary>Begins to serve the peer. Never throws; the socket is closed before the end is reported to the context.</summary>
    public void Start()
    {
        try
        {
            SumTcpServerLog.ConnectionOpened(_context.Log, Id, _transport.RemoteEndPoint);
            if (_context.Tls is { } tls)
                _ = HandshakeAsync(tls);
            else
                Serve();
        }
        catch (Exception e)
        {
            LogFailure(e);
            Close();
        }
    }

    /// <summary>Completes the handshake, under a deadline of its own, and then serves the peer. Never throws.</summary>
    // rule S3
    private async Task HandshakeAsync(ServerTls tls)
    {
        try
        {
            _isHandshaking = true;
            CloseReason failure = await tls.HandshakeAsync(_transport, this).ConfigureAwait(false);
            _deadlines.RequestComplete(_context); // the read deadline starts
            _isHandshaking = false;
            if (failure == CloseReason.None)
                Serve();
            else
                await EndAsync(failure).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            LogFailure(e);
            Close();
        }
    }

    private void Serve()
    {
        if (!IsAdmitted)
        {
            _ = EndAsync(CloseReason.Busy);
            return;
        }

        _turn.Park(); // but without a wait: under load the first request has come by the time that the connection is accepted
        _ = ServeAsync(SocketError.Success);
    }

    /// <summary>A handshake that is not done is given up at its deadline, and at once when the server stops: of a request nothing was
    /// received yet.</summary>
    private void CheckHandshake(long now)
    {
        bool isLate = _deadlines.IsOlderThan(_context.HandshakeTimeout, now);
        if (!isLate && !_context.IsDraining)
            return;
        _end.TryName(isLate ? CloseReason.HandshakeTimeout : CloseReason.ServerStopping, ConnectionPhase.Handshake);
        _transport.Dispose();
    }

    /// <summary>Logs what a peer speaks whose first message was none: a client with TLS, or a browser, finds out nothing else.</summary>
    private void LogForeign(ReadOnlySpan<byte> input)
    {
        var first = new FirstBytes(input);
        if (_processor.Answered == 1 && (first.IsTls || first.IsHttp))
            SumTcpServerLog.ForeignProtocol(_context.Log, Id, first.Name);
    }
}
