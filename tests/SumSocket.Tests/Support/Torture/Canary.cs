using System.Diagnostics;
using SumSocket.Client;

namespace SumSocket.Tests;

/// <summary>A client with no fault in its own way: while others are tortured it requests sum after sum, and every one must come, right, in
/// time and on its first connection.</summary>
internal sealed class Canary : IAsyncDisposable
{
    private readonly ISumClient _client;
    private readonly string _name;
    private readonly TimeSpan _interval;
    private readonly TimeSpan _within;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<string> _failures = [];
    private readonly Task _running;
    private long _connections;

    /// <param name="name">What it is called in its failures.</param>
    /// <param name="client">Its client, which it disposes.</param>
    /// <param name="interval">How long it pauses between two requests.</param>
    /// <param name="within">How long an answer may take.</param>
    public Canary(string name, ISumClient client, TimeSpan interval, TimeSpan within)
    {
        (_name, _client, _interval, _within) = (name, client, interval, within);
        client.ConnectionChanged += happened =>
        {
            if (happened.Kind != ConnectionEventKind.Connected)
                Fail($"{happened.Kind}: {happened.Describe()}");
            else if (Interlocked.Increment(ref _connections) > 1)
                Fail("connected again");
        };
        _running = Task.Run(AskAsync);
    }

    /// <summary>How many sums it has got.</summary>
    public long Answered { get; private set; }

    /// <summary>The longest time that one took.</summary>
    public TimeSpan Slowest { get; private set; }

    /// <summary>What went wrong; empty is what it must be.</summary>
    public IReadOnlyList<string> Failures
    {
        get
        {
            lock (_failures)
                return [.. _failures];
        }
    }

    /// <summary>Ends it after the answer it waits for.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _running;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _client.DisposeAsync();
        _stop.Dispose();
    }

    private async Task AskAsync()
    {
        for (long i = 0; !_stop.IsCancellationRequested; i++)
        {
            long start = Stopwatch.GetTimestamp();
            SumResult result = await _client.SumAsync(i, 3 * i);
            TimeSpan took = Stopwatch.GetElapsedTime(start);
            if (!result.IsSum || result.Sum != 4 * i)
                Fail($"{i} + {3 * i}: {result}");
            else if (took > _within)
                Fail($"{i} + {3 * i} took {took.TotalSeconds:0.000} s");
            else
                Answered++;
            Slowest = took > Slowest ? took : Slowest;
            await Task.Delay(_interval, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Fail(string what)
    {
        lock (_failures)
            _failures.Add($"{_name}: {what}");
    }
}
