using System.Diagnostics.Metrics;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging.Abstractions;

namespace SumSocket.Server.Tcp;

/// <summary>Answers sums over TCP: one listener per address, one loop per connection, one timer for all deadlines.</summary>
public sealed class SumTcpServer : IAsyncDisposable
{
    /// <summary>File descriptors that connections do not get: those for listeners, refusals, threads and assemblies.</summary>
    private const int SpareFiles = 64;

    /// <summary>How long connections that were cut have to notice it.</summary>
    private static readonly TimeSpan _afterCut = TimeSpan.FromSeconds(1);

    private readonly SumTcpServerOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly TcpServerContext _context;
    private readonly ConnectionRegistry _connections;
    private readonly IdleEviction? _eviction;
    private readonly SumTcpServerMetrics _metrics;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _stopGate = new();
    private DeadlineTimer? _sweep;
    private Task _accepting = Task.CompletedTask;
    private Task<bool>? _stopped;
    private long _lastId;

    /// <summary>Makes a server that is not yet listening.</summary>
    /// <param name="options">How it behaves.</param>
    /// <param name="loggerFactory">Where its log goes; null for nowhere.</param>
    /// <param name="timeProvider">Its clock; null for the system's.</param>
    /// <exception cref="ArgumentException">An option is outside its range; the message says which.</exception>
    public SumTcpServer(SumTcpServerOptions options, ILoggerFactory? loggerFactory = null, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
        _time = timeProvider ?? TimeProvider.System;
        _log = (loggerFactory ?? NullLoggerFactory.Instance).CreateLogger("SumSocket.Server.Tcp");
        _connections = new ConnectionRegistry(AffordableConnections(), options.MaxConnectionsPerIp, _log);
        _metrics = new SumTcpServerMetrics(_connections);
        _context = new TcpServerContext(options, new SuspendAwareClock(_time, TimeSpan.Zero), _log, Ended)
        {
            Tls = options.Tls is null ? null : new ServerTls(options.Tls, _metrics, _time, _log),
            TryCount = _connections.TryCount,
            Delays = new DelayQueue<HeldRequest>(_time, static held => held.Connection!.GoOn()),
        };
        if (options.EvictIdle != Timeout.InfiniteTimeSpan)
            _eviction = new IdleEviction(_connections, _context.Clock.Span(options.EvictIdle), _context.Clock);
    }

    /// <summary>Ends when accepting has ended; faults when that was not by a stop, which is a bug and must end the process.</summary>
    public Task Completion => _accepting;

    /// <summary>Whether its connections are encrypted.</summary>
    public bool HasTls => _options.Tls is not null;

    /// <summary>How many connections are being served.</summary>
    public int ActiveConnections => _connections.Served;

    /// <summary>The connections that exist, for tests that wait for one to come to rest.</summary>
    internal ConnectionRegistry Connections => _connections;

    /// <summary>How many connections have an answer held back.</summary>
    internal int Delayed => _context.Delays.Count;

    /// <summary>The meter that its metrics belong to.</summary>
    internal Meter Meter => _metrics.Meter;

    /// <summary>How far apart the deadlines are checked.</summary>
    internal TimeSpan SweepPeriod => _sweep?.Period ?? TimeSpan.Zero;

    /// <summary>Binds every address and begins to accept.</summary>
    /// <returns>The addresses bound, in the order of the options, with their real ports.</returns>
    /// <exception cref="SumBindException">An address cannot be bound; none is then.</exception>
    /// <exception cref="InvalidOperationException">The server was started or stopped before: it has one life.</exception>
    public IReadOnlyList<IPEndPoint> Start()
    {
        if (_sweep is not null || _stopped is not null)
            throw new InvalidOperationException("The server was started or stopped before.");
        IReadOnlyList<Socket> listeners = _options.Listeners;
        if (listeners.Count == 0)
            listeners = Binding.BindAll(_options.EndPoints, SocketType.Stream, Listen);
        foreach (Socket listener in listeners)
            Tune(listener);
        IPEndPoint[] bound = [.. listeners.Select(listener => (IPEndPoint)listener.LocalEndPoint!)];
        _sweep = new DeadlineTimer(_connections, _context.Clock, _time, _options, _log);
        _accepting = AcceptAsync(listeners);
        return bound;
    }

    /// <summary>Changes the certificate for new connections; those that exist keep theirs.</summary>
    /// <param name="certificate">The certificate with its private key.</param>
    /// <param name="intermediates">See <see cref="TlsServerOptions.Intermediates"/>; null for none.</param>
    /// <exception cref="ArgumentException">The certificate has no private key.</exception>
    /// <exception cref="InvalidOperationException">The server has no TLS.</exception>
    public void ReplaceCertificate(X509Certificate2 certificate, X509Certificate2Collection? intermediates = null)
    {
        TlsServerOptions.RequireKey(certificate);
        (_context.Tls ?? throw new InvalidOperationException("The server has no TLS.")).Replace(certificate, intermediates ?? []);
    }

    /// <summary>Drains: stops accepting, answers everything received, closes every connection cleanly, and cuts what is left at the drain
    /// time-out. Called again, it returns the same task.</summary>
    /// <returns>True when every connection ended by itself.</returns>
    public Task<bool> StopAsync()
    {
        lock (_stopGate)
            return _stopped ??= DrainAsync();
    }

    /// <summary>Stops with the drain that <see cref="StopAsync"/> describes.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        _stopping.Dispose();
        _context.Delays.Dispose();
        _metrics.Dispose();
    }

    private async Task<bool> DrainAsync()
    {
        if (_sweep is null)
            return true; // it was never started
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        int left = _connections.Count;
        SumTcpServerLog.Draining(_log, left, Counted.Noun(left, "connection"), new Spelled(_options.DrainTimeout));
        _context.DrainFrom = _context.Clock.Now;
        _sweep.Sweep();
        bool clean = await EmptiedWithinAsync(_options.DrainTimeout).ConfigureAwait(false);
        if (!clean)
        {
            left = _connections.Count;
            SumTcpServerLog.DrainTimedOut(_log, left, Counted.Noun(left, "connection"), new Spelled(_options.DrainTimeout));
            foreach (SumTcpConnection connection in _connections.All)
                connection.Cut(CloseReason.DrainTimeout);
            await EmptiedWithinAsync(_afterCut).ConfigureAwait(false);
        }

        _sweep.Dispose();
        SumTcpServerLog.Stopped(
            _log, _connections.EndedConnections, Counted.Noun(_connections.EndedConnections, "connection"),
            _connections.Requests, Counted.Noun(_connections.Requests, "request"));
        return clean;
    }

    private async Task<bool> EmptiedWithinAsync(TimeSpan timeout)
    {
        SuspendAwareClock clock = _context.Clock;
        Task empty = _connections.WhenEmpty();
        long end = clock.After(timeout);
        while (!empty.IsCompleted)
        {
            TimeSpan left = timeout;
            if (timeout != Timeout.InfiniteTimeSpan)
            {
                left = TimeSpan.FromMilliseconds(Math.Ceiling(clock.Time(end - clock.Now).TotalMilliseconds));
                if (left <= TimeSpan.Zero)
                    return false;
            }

            // The timer runs on while the process is suspended, and then there is still time left.
            await empty.WaitAsync(left, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return true;
    }

    private async Task AcceptAsync(IReadOnlyList<Socket> listeners)
    {
        bool areShared = _options.Listeners.Count > 0;
        try
        {
            Task[] loops =
                [.. listeners.Select(listener => new TcpAcceptor(listener, areShared, Accepted, _time, _log).RunAsync(_stopping.Token))];
            await (await Task.WhenAny(loops).ConfigureAwait(false)).ConfigureAwait(false);
            if (!_stopping.IsCancellationRequested)
                throw new InvalidOperationException("An accept loop ended by itself.");
            await Task.WhenAll(loops).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            SumTcpServerLog.AcceptingEnded(_log, e);
            throw;
        }
    }

    private void Listen(Socket listener, IPEndPoint endPoint)
    {
        listener.Bind(endPoint); // Bind allows a restart during TIME_WAIT; ReuseAddress would let a second server share the port
        listener.Listen(_options.Backlog);
    }

    /// <summary>Sets what connections inherit when they are accepted.</summary>
    private void Tune(Socket listener)
    {
        if (!TcpTuning.Apply(listener, _options.KeepAlive, _options.UserTimeout))
            SumTcpServerLog.NoUserTimeout(_log);
        SumTcpServerLog.Listening(_log, listener.LocalEndPoint!);
    }

    /// <summary>Starts a connection. Never throws: what fails here concerns one peer and not the accept loop.</summary>
    private void Accepted(Socket socket)
    {
        try
        {
            if (!OperatingSystem.IsLinux())
                socket.NoDelay = true; // only Linux passes the listener's options on
            var transport = new PlainTransport(socket);
            IPAddress peer = ((IPEndPoint)transport.RemoteEndPoint!).Address;
            IPAddress? counted = _context.Proxy?.IsSender(peer) == true ? null : peer; // else by the address in the header
            if (counted is null || _connections.HasPlaceFor(counted))
                _eviction?.MakeRoom(); // not for one that is refused all the same
            Admission admission = _connections.Admit(counted);
            if (admission == Admission.Dropped)
            {
                RefuseAtOnce(transport);
                return;
            }

            var connection = new SumTcpConnection(
                WithTls(Observed(transport)), Interlocked.Increment(ref _lastId), admission == Admission.Served, _context);
            _connections.Add(connection, counted);
            connection.Start(transport);
        }
        catch (Exception e)
        {
            socket.Dispose();
            if (e is not SocketException) // else the peer was gone before it was looked at
                SumTcpServerLog.NotTaken(_log, e);
        }
    }

    private ITransport WithTls(ITransport transport) => _context.Tls is null ? transport : ServerTls.Wrap(transport);

    private ITransport Observed(PlainTransport transport)
    {
        if (_options.Observer is not { } observer)
            return transport;
        ObservedSocket observed = new(observer, (IPEndPoint?)transport.RemoteEndPoint, (IPEndPoint?)transport.LocalEndPoint);
        observed.Add(SocketAction.Accepted);
        return ObservedTransport.Wrap(transport, observed);
    }

    /// <summary>Without a handshake there is no way to send an answer over TLS.</summary>
    private void RefuseAtOnce(PlainTransport transport)
    {
        try
        {
            byte[] answer = new byte[MessageWriter.MaxResponseLength];
            if (_context.Tls is null)
                transport.TrySend(answer.AsMemory(0, MessageWriter.WriteError(answer, new ProtocolError(ErrorCode.Busy))));
        }
        finally
        {
            transport.Dispose();
        }
    }

    private void Ended(SumTcpConnection connection)
    {
        try
        {
            CloseWords words = connection.Reason.Words(connection.EndPhase);
            SumTcpServerLog.ConnectionClosed(
                _log, connection.Id, words.Reason, words.By, words.Phase, connection.Answered, Counted.Noun(connection.Answered, "request"),
                connection.Errors, Counted.Noun(connection.Errors, "error"), connection.Age.TotalSeconds);
            _metrics.Closed(connection, words);
            if (connection.HasKey)
                _context.Ends?.Add(connection.Id, words.Reason);
        }
        catch (Exception)
        {
            // A log or a listener that fails: there is nowhere left to report that.
        }
        finally
        {
            _connections.Remove(connection); // a place that is not given back is lost for good
        }
    }

    /// <summary>The connections wanted, or as many as the process may open files for.</summary>
    private int AffordableConnections()
    {
        using OpenFileLimit limit = new();
        if (limit.Read() is not { } files)
            return _options.MaxConnections;
        int spare = _options.EvictIdle == Timeout.InfiniteTimeSpan ? SpareFiles : SpareFiles + ConnectionRegistry.MaxEvictions;
        int affordable = Math.Max(1, files - LinuxOnly.OpenFiles() - spare);
        if (_options.MaxConnections <= affordable)
            return _options.MaxConnections;
        SumTcpServerLog.FewerConnections(
            _log, affordable, Counted.Noun(affordable, "connection"), _options.MaxConnections, files, Counted.Noun(files, "file"));
        return affordable;
    }
}
