using System.Collections.Concurrent;
using SumSocket.Client.Tcp;
using SumSocket.Protocol;

namespace SumSocket.Measurement.Idle;

/// <summary>Holds many connections silent for one time and then asks on all of them.</summary>
/// <param name="options">How to connect.</param>
/// <param name="count">How many.</param>
/// <param name="silence">How long.</param>
/// <param name="first">Who speaks first after it.</param>
/// <param name="patience">How long an answer may take.</param>
/// <param name="clock">The clock.</param>
internal sealed class HoldRun(
    SumTcpClientOptions options, int count, TimeSpan silence, SilenceBreaker first, TimeSpan patience, TimeProvider clock) : IProbeHandler
{
    private const int ConnectsAtATime = 32;
    private const int Many = 1_000;

    private static readonly Request _sum = new(7, 4);

    private readonly ProbeConnection?[] _connections = new ProbeConnection?[count];
    private readonly long[] _starts = new long[count];
    private readonly ConcurrentDictionary<string, int> _failures = new();
    private readonly ConcurrentQueue<(ProbeConnection Connection, SilenceEnd End, long At)> _ended = new();
    private readonly TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _next = -1;
    private int _connected;
    private int _answered;
    private int _settled;
    private volatile bool _isAsked;

    /// <summary>How many connections are open or have been.</summary>
    public int Connected => Volatile.Read(ref _connected);

    /// <summary>How many have ended or answered.</summary>
    public int Settled => Volatile.Read(ref _settled);

    /// <summary>Runs to the end, or to the stop, and returns what is known then.</summary>
    /// <param name="onConnected">Is called when all are open, before the silence.</param>
    /// <param name="stop">Ends it.</param>
    public async Task<HoldResult> RunAsync(Action onConnected, CancellationToken stop)
    {
        try
        {
            await Task.WhenAll(Enumerable.Range(0, ConnectsAtATime).Select(_ => ConnectAsync(stop))).ConfigureAwait(false);
            if (count >= Many)
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true); // what connecting left
            onConnected();
            if (Connected > 0)
                await SilenceAsync(stop).ConfigureAwait(false);
            return Result(isInterrupted: false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return Result(isInterrupted: true);
        }
        finally
        {
            foreach (ProbeConnection? connection in _connections)
                connection?.Dispose();
        }
    }

    void IProbeHandler.OnResult(ProbeConnection connection, ProbeResult result)
    {
        if (result.Outcome == ProbeOutcome.Closed)
            return;
        SilenceEnd end = first == SilenceBreaker.Server && result.IsSum ? SilenceEnd.Answered : SilenceEnds.Of(result, _isAsked);
        if (end == SilenceEnd.Answered)
            Interlocked.Increment(ref _answered);
        else
            _ended.Enqueue((connection, end, result.Timestamp));
        if (Interlocked.Increment(ref _settled) == Connected)
            _all.TrySetResult();
    }

    private async Task ConnectAsync(CancellationToken stop)
    {
        var connector = new ProbeConnector(options, clock);
        while (Interlocked.Increment(ref _next) is var index && index < count)
        {
            ProbeAttempt attempt = await connector.ConnectAsync(stop).ConfigureAwait(false);
            if (attempt.Connection is not { } connection)
            {
                _failures.AddOrUpdate(attempt.Reason, 1, (_, before) => before + 1);
                continue;
            }

            Interlocked.Increment(ref _connected);
            if (first == SilenceBreaker.Server)
                connection.Send(_sum, new RequestProbe((int)silence.TotalMilliseconds));
            _starts[index] = clock.GetTimestamp();
            _connections[index] = connection;
            connection.Receive(this);
        }
    }

    private async Task SilenceAsync(CancellationToken stop)
    {
        Task rest = Task.Delay(silence, clock, stop);
        if (first == SilenceBreaker.Client)
            await Task.WhenAny(rest, _all.Task).ConfigureAwait(false);
        else
            await rest.ConfigureAwait(false);
        stop.ThrowIfCancellationRequested();
        if (first == SilenceBreaker.Neither)
            return;
        _isAsked = first == SilenceBreaker.Client;
        foreach (ProbeConnection? connection in _isAsked ? _connections : [])
            connection?.Send(_sum);
        if (Settled < Connected)
            await Task.WhenAny(_all.Task, Task.Delay(patience, clock, stop)).ConfigureAwait(false);
        stop.ThrowIfCancellationRequested();
    }

    private HoldResult Result(bool isInterrupted)
    {
        Dictionary<ProbeConnection, (SilenceEnd End, long At)> ends = [];
        foreach ((ProbeConnection connection, SilenceEnd end, long at) in _ended)
            ends[connection] = (end, at);
        List<(SilenceEnd End, TimeSpan At)> died = [];
        for (int i = 0; i < count; i++)
        {
            if (_connections[i] is { } connection && ends.TryGetValue(connection, out (SilenceEnd End, long At) end))
                died.Add((end.End, clock.GetElapsedTime(_starts[i], end.At)));
        }

        int open = Connected - _answered - died.Count;
        return new HoldResult(count, Connected)
        {
            Lived = first == SilenceBreaker.Neither && !isInterrupted ? open : _answered,
            Unanswered = first == SilenceBreaker.Neither || isInterrupted ? 0 : open,
            Open = isInterrupted ? open : 0,
            Failures = new SortedDictionary<string, int>(_failures),
            Ends = [.. died.GroupBy(one => one.End).Select(group => new HoldEnd(group.Key, [.. group.Select(one => one.At).Order()]))],
            IsInterrupted = isInterrupted,
        };
    }
}

/// <summary>What became of many silent connections.</summary>
/// <param name="Wanted">How many were asked for.</param>
/// <param name="Connected">How many there were.</param>
internal sealed record HoldResult(int Wanted, int Connected)
{
    /// <summary>How many answered after the silence; where nothing is sent, how many had no end.</summary>
    public int Lived { get; init; }

    /// <summary>How many had no end and gave no answer.</summary>
    public int Unanswered { get; init; }

    /// <summary>How many were open when the run was stopped.</summary>
    public int Open { get; init; }

    /// <summary>Why there was no connection, and how often.</summary>
    public IReadOnlyDictionary<string, int> Failures { get; init; } = new Dictionary<string, int>();

    public IReadOnlyList<HoldEnd> Ends { get; init; } = [];

    public bool IsInterrupted { get; init; }

    /// <summary>Whether all there should have been lived.</summary>
    public bool HaveAllLived => Lived == Wanted;
}

/// <summary>How some of the connections ended.</summary>
/// <param name="End">How.</param>
/// <param name="Times">After what silence each did, the earliest first.</param>
internal sealed record HoldEnd(SilenceEnd End, IReadOnlyList<TimeSpan> Times)
{
    private const int MostPoints = 200;

    public int Count => Times.Count;

    public TimeSpan First => Times[0];

    public TimeSpan Last => Times[^1];

    /// <summary>How many had ended when, as few points as a chart needs.</summary>
    public IEnumerable<(TimeSpan Time, int Ended)> Curve()
    {
        int points = Math.Min(Count, MostPoints);
        return Enumerable.Range(1, points).Select(i => (int)((long)i * Count / points)).Select(ended => (Times[ended - 1], ended));
    }
}
