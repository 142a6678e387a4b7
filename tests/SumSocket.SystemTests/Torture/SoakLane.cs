using System.Diagnostics;
using SumSocket.Client;
using SumSocket.SystemTests.Harness;
using SumSocket.Tests;

namespace SumSocket.SystemTests.Torture;

/// <summary>What can be wrong with a path for a while.</summary>
internal enum PathTrouble
{
    /// <summary>Nothing passes.</summary>
    Down,

    /// <summary>Connections are reset; datagrams are doubled and overtake each other.</summary>
    Disorder,

    /// <summary>It is slow: 20,000 bytes a second.</summary>
    Narrow,

    /// <summary>It is long: 200 ms.</summary>
    Long,
}

/// <summary>One server program and its clients: most of them over rough paths, whose connections end in all ways, some over a path that is
/// good but for troubles of known begin and end, and a canary without a path.</summary>
internal abstract class SoakLane : IAsyncDisposable
{
    protected const int RoughClients = 8;
    protected const int TroubledClients = 4;

    protected static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(1);
    protected static readonly TimeSpan CanaryTimeout = TimeSpan.FromSeconds(5);
    protected static readonly TimeSpan InitialBackOff = TimeSpan.FromMilliseconds(50);
    protected static readonly TimeSpan MaxBackOff = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan _canaryInterval = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan _recoveryLimit = TimeSpan.FromSeconds(20);

    private readonly List<ISumClient> _clients = [];
    private readonly Random _random;
    private double _issued;
    private int _turn;

    protected SoakLane(string name, ServerProcess server, OtlpReceiver collector, double rate, int seed)
    {
        (Name, Server, Collector, Rate) = (name, server, collector, rate);
        _random = new Random(seed);
    }

    public string Name { get; }

    public ServerProcess Server { get; }

    /// <summary>Where the server exports its metrics to.</summary>
    public OtlpReceiver Collector { get; }

    public double Rate { get; }

    public RequestLedger Ledger { get; } = new();

    public Canary Canary { get; private set; } = null!;

    /// <summary>What its paths have done, in words.</summary>
    public abstract string PathFigures { get; }

    /// <summary>Begins a trouble on the troubled path.</summary>
    public abstract void Begin(PathTrouble trouble);

    /// <summary>Ends it.</summary>
    public abstract void End();

    /// <summary>Makes the requests that are due. After a time in which this process did not run it catches up at twice the rate.</summary>
    public void Issue(TimeSpan elapsed, TimeSpan tick)
    {
        int due = (int)Math.Min(2 * tick.TotalSeconds * Rate, (elapsed.TotalSeconds * Rate) - _issued);
        if (due <= 0)
            return;
        _issued += due;
        ISumClient client = _clients[_turn++ % _clients.Count];
        if (_turn % 10 != 0)
        {
            Ledger.Submit(client, due, _random);
            return;
        }

        for (; due > 0; due--)
        {
            (long a, long b) = RequestLedger.Addends(_random);
            _ = _random.Next(10) == 0 ? GiveUpAsync(client, a, b) : Ledger.AskAsync(client, a, b);
        }
    }

    /// <summary>How long it takes from now until each troubled client has a right sum.</summary>
    public async Task<TimeSpan> RecoverAsync()
    {
        long start = Stopwatch.GetTimestamp();
        await Task.WhenAll(_clients.TakeLast(TroubledClients).Select(async client =>
        {
            while (!await Ledger.AskAsync(client, 7, 4) && Stopwatch.GetElapsedTime(start) < _recoveryLimit)
                await Task.Delay(5);
        }));
        return Stopwatch.GetElapsedTime(start);
    }

    /// <summary>Waits for the end of what is open, and ends the canary.</summary>
    public async Task EndRequestsAsync()
    {
        await Eventually.IsTrueAsync(() => Ledger.Open == 0, $"every request over {Name} has ended", Patience.Limit);
        await Canary.StopAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (ISumClient client in _clients)
            await client.DisposeAsync();
        if (Canary is not null)
            await Canary.DisposeAsync();
        await DisposePathsAsync();
        await Server.DisposeAsync();
        await Collector.DisposeAsync();
    }

    protected void Connect(Func<int, ISumClient> newRough, Func<int, ISumClient> newTroubled, ISumClient direct)
    {
        _clients.AddRange(Enumerable.Range(0, RoughClients).Select(newRough));
        _clients.AddRange(Enumerable.Range(0, TroubledClients).Select(newTroubled));
        Canary = new Canary($"canary over {Name}", direct, _canaryInterval, CanaryTimeout);
    }

    protected abstract ValueTask DisposePathsAsync();

    /// <summary>Arguments for <c>env</c> that start a server which exports its metrics. They are all the garbage it makes, little enough to
    /// wait for an hour until it is collected; with a small young generation it does not look like a leak for so long.</summary>
    protected static string[] WithMetrics(SoakPlan plan, OtlpReceiver collector, params string[] command) =>
    [
        "DOTNET_GCgen0size=100000", // hexadecimal: 1 MiB
        $"OTEL_METRIC_EXPORT_INTERVAL={plan.SampleInterval.TotalMilliseconds:0}", .. command, "--port", "0", "--otlp", collector.Url,
    ];

    private async Task GiveUpAsync(ISumClient client, long a, long b)
    {
        using CancellationTokenSource cancel = new(_random.Next(20));
        await Ledger.AskAsync(client, a, b, cancel.Token);
    }
}
