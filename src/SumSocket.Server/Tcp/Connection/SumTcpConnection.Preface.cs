namespace SumSocket.Server.Tcp.Connection;

/// <summary>What comes before the first request: a PROXY header, a TLS handshake, both, or nothing.</summary>
internal sealed partial class SumTcpConnection
{
    private volatile Preface _preface;

    /// <summary>What it is in the middle of before its first request.</summary>
    internal Preface Preface => _preface;

    /// <summary>Begins to serve the peer. Never throws; the socket is closed before the end is reported to the context.</summary>
    /// <param name="bare">The connection as it was accepted.</param>
    public void Start(PlainTransport bare)
    {
        try
        {
            bool hasTls = _context.Tls is not null;
            bool hasProxy = _context.Proxy is not null && (IsAdmitted || hasTls); // else it is answered busy at once
            if (!hasProxy)
                SumTcpServerLog.ConnectionOpened(_context.Log, Id, bare.RemoteEndPoint);
            if (!hasProxy && !hasTls)
                Serve();
            else
                _ = ReadPrefaceAsync(bare);
        }
        catch (Exception e)
        {
            LogFailure(e);
            Close();
        }
    }

    /// <summary>Reads the PROXY header and completes the handshake, each under a deadline of its own, and then serves the peer. Never
    /// throws.</summary>
    // rule S3
    private async Task ReadPrefaceAsync(PlainTransport bare)
    {
        try
        {
            CloseReason end = IsAdmitted ? CloseReason.None : CloseReason.Busy;
            if (_context.Proxy is { } proxy)
            {
                _preface = proxy.IsOptional ? Preface.PerhapsProxy : Preface.Proxy;
                ProxyResult read = await proxy.ReadAsync(bare, PeerOf(bare), () => _preface = Preface.Proxy).ConfigureAwait(false);
                if (read.Failure != CloseReason.None)
                {
                    Refuse(read, bare.RemoteEndPoint);
                    return;
                }

                if (!TryCount(read, bare, proxy))
                    end = CloseReason.Busy;
            }

            if (_context.Tls is { } tls)
            {
                _preface = Preface.Tls;
                CloseReason failure = await tls.HandshakeAsync(_transport, this).ConfigureAwait(false);
                end = failure == CloseReason.None ? end : failure;
            }

            _deadlines.RequestComplete(_context); // the read deadline starts
            _preface = Preface.None;
            if (end == CloseReason.None)
                Serve();
            else
                await EndAsync(end).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            LogFailure(e);
            Close();
        }
    }

    private static IPAddress PeerOf(PlainTransport bare) => ((IPEndPoint)bare.RemoteEndPoint!).Address;

    /// <summary>Logs who the peer is, and counts it against the limit for its address: the one that the header names, and none for a
    /// proxy's own connection.</summary>
    private bool TryCount(in ProxyResult read, PlainTransport bare, ServerProxy proxy)
    {
        _forwarded = read.Source;
        if (read.Source is { } source)
            SumTcpServerLog.ConnectionForwarded(_context.Log, Id, source, bare.RemoteEndPoint);
        else
            SumTcpServerLog.ConnectionOpened(_context.Log, Id, bare.RemoteEndPoint);
        bool isUncounted = !read.HasHeader && proxy.IsSender(PeerOf(bare)); // other addresses were counted when they were accepted
        IPAddress? counted = read.Source?.Address ?? (isUncounted ? PeerOf(bare) : null);
        return counted is null || !IsAdmitted || _context.TryCount(this, counted);
    }

    /// <summary>Closes at once: a peer that is not believed gets no answer (proxy-protocol.txt, section 2).</summary>
    private void Refuse(in ProxyResult read, EndPoint? peer)
    {
        if (TryName(read.Failure, ConnectionPhase.Handshake) && read.Why is { } why)
            SumTcpServerLog.ProxyRefused(_context.Log, Id, peer, why);
        Close();
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

    /// <summary>A preface that is not done is given up at its deadline, or when the server has been stopping for a second. Not at once: a
    /// connection accepted just before the stop may have sent all of it, and its request.</summary>
    private void CheckPreface(Preface preface, long now)
    {
        (long timeout, CloseReason reason) = preface switch
        {
            Preface.PerhapsProxy when _context.Tls is null => (_context.ReadTimeout, CloseReason.IdleTimeout),
            Preface.Proxy => (_context.ProxyTimeout, CloseReason.ProxyHeaderTimeout),
            _ => (_context.HandshakeTimeout, CloseReason.HandshakeTimeout),
        };
        if (!_deadlines.IsOlderThan(timeout, now))
        {
            if (_deadlines.IsOlderThan(_context.Lifetime.Of(Id), now))
                reason = CloseReason.MaxLifetime;
            else if (now - _context.DrainFrom >= _context.PrefaceGrace)
                reason = CloseReason.ServerStopping;
            else
                return;
        }

        if (_preface != preface || !TryName(reason, ConnectionPhase.Handshake))
            return; // it has gone on meanwhile
        try
        {
            if (reason == CloseReason.ProxyHeaderTimeout)
                SumTcpServerLog.ProxyRefused(_context.Log, Id, _transport.RemoteEndPoint, "the header is not complete in time");
        }
        finally
        {
            _transport.Dispose(); // also where the log fails: no later sweep would do it
        }
    }

    /// <summary>Logs what a peer speaks whose first message was none: a client with TLS, or a browser, finds out nothing else.</summary>
    private void LogForeign(ReadOnlySpan<byte> input)
    {
        var first = new FirstBytes(input);
        if (_processor.Answered == 1 && (first.IsTls || first.IsHttp))
            SumTcpServerLog.ForeignProtocol(_context.Log, Id, first.Name);
    }
}

/// <summary>What a connection begins with and is not done with.</summary>
internal enum Preface
{
    None,
    PerhapsProxy, // nothing has come yet; a PROXY header may, or a request
    Proxy,
    Tls,
}
