using SumSocket.Client.Tcp;

namespace SumSocket.Measurement.Storm;

/// <summary>What the clients of a storm are doing: where it is counted, and when it is over.</summary>
internal sealed record StormStage(StormRecorder Recorder, CancellationToken Over);

/// <summary>Connects many clients, cuts them all at once, and finds out how long it takes until all are back.</summary>
internal sealed class StormRun
{
    // The accept queues of servers are short, and the connecting ahead of the storm is none.
    private const int OpeningAtOnce = 100;

    private readonly SumTcpClientOptions _connect;
    private readonly StormClient[] _clients;

    /// <param name="options">What to do.</param>
    /// <param name="connect">How to connect. An attempt with its sum may take the time to connect, and no longer than a request.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="random">Numbers from 0 to 1 for the jitter; null for the runtime's.</param>
    public StormRun(StormOptions options, SumTcpClientOptions connect, TimeProvider clock, Func<double>? random = null)
    {
        (Options, _connect, Clock, Random) = (options, connect, clock, random ?? System.Random.Shared.NextDouble);
        Connector = new ProbeConnector(connect, clock);
        _clients = [.. Enumerable.Range(0, options.Connections).Select(number => new StormClient(number, this))];
        Current = new StormStage(new StormRecorder(0, options.Connections, clock), CancellationToken.None);
    }

    public StormOptions Options { get; }

    public TimeProvider Clock { get; }

    public Func<double> Random { get; }

    public ProbeConnector Connector { get; }

    /// <summary>What the clients are doing.</summary>
    public StormStage Current { get; private set; }

    /// <summary>How far it is.</summary>
    public StormProgress Progress => Current.Recorder.Progress;

    /// <summary>How long an attempt that began then may still wait for its sum.</summary>
    public TimeSpan PatienceSince(long start)
    {
        TimeSpan left = _connect.ConnectTimeout;
        if (left == Timeout.InfiniteTimeSpan)
            return _connect.RequestTimeout;
        left = TimeSpan.FromTicks(Math.Max(TimeSpan.TicksPerMillisecond, (left - Clock.GetElapsedTime(start)).Ticks));
        return _connect.RequestTimeout == Timeout.InfiniteTimeSpan || left < _connect.RequestTimeout ? left : _connect.RequestTimeout;
    }

    /// <summary>Runs to the end, or to the stop, and returns what is known then.</summary>
    public async Task<StormResult> RunAsync(CancellationToken stop)
    {
        List<StormRound> rounds = [];
        try
        {
            StormRound opening = await StageAsync(0, OpenAsync, stop).ConfigureAwait(false);
            if (!opening.IsComplete)
                return new StormResult(Options, opening, []) { Failure = Why(opening, stop), IsInterrupted = stop.IsCancellationRequested };
            for (int number = 1; number <= Options.Rounds && !stop.IsCancellationRequested; number++)
            {
                StormRound round = await StageAsync(number, CutAsync, stop).ConfigureAwait(false);
                if (round.Cut > 0)
                    rounds.Add(round);
                if (!round.IsComplete)
                    break; // those that are left would come back in the next one
            }

            return new StormResult(Options, opening, rounds) { IsInterrupted = stop.IsCancellationRequested };
        }
        finally
        {
            foreach (StormClient client in _clients)
                client.Cut(byReset: false);
        }
    }

    private string? Why(StormRound opening, CancellationToken stop) => stop.IsCancellationRequested ? null
        : opening.Back == 0 ? _clients[0].Reason
        : $"only {StormVerdict.Count(opening.Back)} of {StormVerdict.Count(opening.Clients)} could connect at first: "
            + opening.Counts.DescribeFailures();

    /// <summary>One round: <paramref name="begin"/>, and then until all are back or it is given up.</summary>
    private async Task<StormRound> StageAsync(
        int number, Func<StormStage, CancellationToken, Task<bool>> begin, CancellationToken stop)
    {
        var over = CancellationTokenSource.CreateLinkedTokenSource(stop); // not disposed: clients lost between two rounds still use it
        StormStage stage = new(new StormRecorder(number, _clients.Length, Clock), over.Token);
        Current = stage;
        try
        {
            if (await begin(stage, stop).ConfigureAwait(false))
                await stage.Recorder.Complete.WaitAsync(Options.GiveUp, Clock, stop).ConfigureAwait(false);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
        }

        bool isComplete = stage.Recorder.Complete.IsCompleted;
        if (!isComplete)
        {
            await over.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(_clients.Select(client => client.ComingBack)).ConfigureAwait(false);
        }

        return stage.Recorder.ToRound(isInterrupted: stop.IsCancellationRequested && !isComplete);
    }

    /// <summary>Connects all, some at a time, and the first alone: whether there is a server at all.</summary>
    private async Task<bool> OpenAsync(StormStage stage, CancellationToken stop)
    {
        long now = Clock.GetTimestamp();
        for (int client = 0; client < _clients.Length; client++)
            stage.Recorder.Lose(client, now);
        if (!await _clients[0].TryAsync(stage.Recorder, stage.Over).ConfigureAwait(false))
            return false;
        int next = 0;
        _ = Task.WhenAll(Enumerable.Range(0, OpeningAtOnce).Select(_ => OpenSomeAsync()));
        return true;

        async Task OpenSomeAsync()
        {
            while (Interlocked.Increment(ref next) is var number && number < _clients.Length && !stage.Over.IsCancellationRequested)
            {
                _clients[number].ComeBack(stage);
                await _clients[number].ComingBack.ConfigureAwait(false);
            }
        }
    }

    /// <summary>Cuts all connections and only then lets the clients come back, all at once; or waits for the server to end one.</summary>
    private async Task<bool> CutAsync(StormStage stage, CancellationToken stop)
    {
        if (Options.Cut == StormCut.Server)
        {
            await stage.Recorder.Began.WaitAsync(stop).ConfigureAwait(false);
            return true;
        }

        int[] cut = [.. Enumerable.Range(0, _clients.Length).Where(client => _clients[client].Cut(Options.Cut == StormCut.Rst))];
        long now = Clock.GetTimestamp();
        foreach (int client in cut)
            stage.Recorder.Lose(client, now);
        foreach (int client in cut)
            _clients[client].ComeBack(stage);
        return true;
    }
}
