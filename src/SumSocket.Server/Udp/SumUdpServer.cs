using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;

namespace SumSocket.Server.Udp;

/// <summary>Answers sums over UDP: one socket and one thread per address. Safe to expose: see <see cref="DatagramProcessor"/>.</summary>
public sealed class SumUdpServer : IAsyncDisposable
{
    /// <summary>The buffer requested for each socket: 4 MiB, some 5,000 datagrams as the kernel counts them. It may grant less.</summary>
    private const int ReceiveBufferSize = 4 * 1024 * 1024;

    /// <summary>How long a stop waits for the threads to have answered their queues: five seconds in steps, of which a process that is
    /// suspended meanwhile loses only one.</summary>
    private const int StopSteps = 10;
    private static readonly TimeSpan _stopStep = TimeSpan.FromSeconds(0.5);

    private readonly SumUdpServerOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly DelayedAnswers _delayed;
    private readonly SumUdpServerMetrics _metrics;
    private readonly List<(Socket Socket, IPEndPoint Local, DatagramLoop Loop, Task Ended)> _loops = [];
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _stopGate = new();
    private IdleWatch? _watch;
    private Task? _stopped;
    private long? _overflowed; // at the end

    /// <summary>Makes a server that does not receive yet.</summary>
    /// <param name="options">How it behaves.</param>
    /// <param name="loggerFactory">Where its log goes; null for nowhere.</param>
    /// <param name="timeProvider">Its clock; null for the system's.</param>
    /// <exception cref="ArgumentException">An option is outside its range; the message says which.</exception>
    public SumUdpServer(SumUdpServerOptions options, ILoggerFactory? loggerFactory = null, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
        _time = timeProvider ?? TimeProvider.System;
        _delayed = new DelayedAnswers(options.MaxDelayed, _time);
        _log = (loggerFactory ?? NullLoggerFactory.Instance).CreateLogger("SumSocket.Server.Udp");
        _metrics = new SumUdpServerMetrics(Counts, () => _watch is null ? null : _overflowed ?? Overflowed());
    }

    /// <summary>What became of the datagrams received so far.</summary>
    public DatagramCounts Counts { get; } = new();

    /// <summary>The meter that its metrics belong to.</summary>
    internal Meter Meter => _metrics.Meter;

    /// <summary>Ends when no datagram came for <see cref="SumUdpServerOptions.IdleTimeout"/>; the server should then be stopped.</summary>
    public Task Idle => _idle.Task;

    /// <summary>Ends when receiving has ended; faults when that was not by a stop, which is a bug and must end the process.</summary>
    public Task Completion { get; private set; } = Task.CompletedTask;

    /// <summary>Binds every address and begins to answer.</summary>
    /// <returns>The addresses bound, in the order of the options, with their real ports.</returns>
    /// <exception cref="SumBindException">An address cannot be bound; none is then.</exception>
    /// <exception cref="InvalidOperationException">The server was started or stopped before: it has one life.</exception>
    public IReadOnlyList<IPEndPoint> Start()
    {
        if (_watch is not null || _stopped is not null)
            throw new InvalidOperationException("The server was started or stopped before.");
        IReadOnlyList<Socket> sockets = _options.Sockets;
        if (sockets.Count == 0)
            sockets = Binding.BindAll(_options.EndPoints, SocketType.Dgram, (socket, endPoint) => socket.Bind(endPoint));
        foreach (Socket socket in sockets)
        {
            Tune(socket);
            var loop = new DatagramLoop(socket, _options, _delayed, Counts, _log);
            Task ended = Task.Factory.StartNew(
                loop.Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default); // a thread of its own
            _loops.Add((socket, (IPEndPoint)socket.LocalEndPoint!, loop, ended));
        }

        Completion = CompleteAsync();
        _watch = new IdleWatch(_options.IdleTimeout, () => Counts.Received + _delayed.Count, WentIdle, _time);
        return [.. sockets.Select(socket => (IPEndPoint)socket.LocalEndPoint!)];
    }

    /// <summary>Stops: answers what is in the queues, then closes the sockets. Called again, it returns the same task.</summary>
    public Task StopAsync()
    {
        lock (_stopGate)
            return _stopped ??= EndAsync();
    }

    /// <summary>Stops as <see cref="StopAsync"/> does.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        _metrics.Dispose();
    }

    private async Task EndAsync()
    {
        if (_watch is null)
            return; // it was never started
        _watch.Dispose();
        SumUdpServerLog.Stopping(_log);
        foreach ((_, _, DatagramLoop loop, _) in _loops)
            loop.Stop();
        for (int i = 0; i < StopSteps && !Completion.IsCompleted; i++)
            await Task.WhenAny(Completion, Task.Delay(_stopStep, _time)).ConfigureAwait(false);
        _delayed.Dispose(); // which sends them
        _overflowed = Overflowed();
        foreach ((Socket socket, _, _, _) in _loops)
            socket.Dispose();
        SumUdpServerLog.Stopped(
            _log, Counts.Received, Counted.Noun(Counts.Received, "datagram"), Counts.Answered, Counts[DropReason.Empty],
            Counts[DropReason.TooLong],
            Counts[DropReason.NotARequest], Counts[DropReason.ForgedSender], Counts[DropReason.AnswerTooLong],
            Counts[DropReason.SendFailed], Counts[DropReason.DelayRefused],
            _overflowed?.ToString(CultureInfo.InvariantCulture) ?? "an unknown number");
    }

    /// <summary>What the kernel dropped because a receive buffer was full; null where it is not known.</summary>
    private long? Overflowed() => _loops.Aggregate((long?)0, (sum, loop) => sum + LinuxOnly.UdpDrops(loop.Local));

    private async Task CompleteAsync()
    {
        try
        {
            await Task.WhenAll(_loops.Select(loop => loop.Ended)).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            SumUdpServerLog.LoopEnded(_log, e);
            throw;
        }
    }

    private void WentIdle()
    {
        SumUdpServerLog.Idle(_log, new Spelled(_options.IdleTimeout));
        _idle.TrySetResult();
    }

    private void Tune(Socket socket)
    {
        socket.ReceiveBufferSize = ReceiveBufferSize;
        WindowsOnly.IgnoreUnreachablePeers(socket);
        SumUdpServerLog.Receiving(_log, socket.LocalEndPoint!, socket.ReceiveBufferSize, ReceiveBufferSize);
    }
}
