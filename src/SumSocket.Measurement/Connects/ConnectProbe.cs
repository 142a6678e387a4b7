using System.Net;
using System.Runtime.CompilerServices;
using SumSocket.Client.Tcp;
using SumSocket.Measurement.Ping;

namespace SumSocket.Measurement.Connects;

/// <summary>How often a <see cref="ConnectProbe"/> connects.</summary>
internal sealed record ConnectProbeOptions
{
    /// <summary>From the start of one round to the next. Default 1 s; zero begins the next as soon as one has ended.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How many rounds, at least 1; null, the default, for no end.</summary>
    public long? Count { get; init; }
}

/// <summary>Connects every interval, on the schedule of a ping, and closes each connection at once. Nothing is sent but a TLS handshake,
/// where one is wanted.</summary>
/// <param name="connector">What connects.</param>
/// <param name="options">How often.</param>
internal sealed class ConnectProbe(ProbeConnector connector, ConnectProbeOptions options)
{
    // Without an interval, after a round that failed: a refusal takes no time.
    private static readonly TimeSpan _shortestPause = TimeSpan.FromMilliseconds(10);

    private readonly ConnectRecord _record = new(options, connector.Clock);

    /// <summary>What it has seen up to now. Any thread may read it.</summary>
    public ConnectSummary Summary => _record.Summarize();

    /// <summary>Runs to the count or the stop, and returns each round when it has ended. Once only.</summary>
    /// <param name="stop">Ends it without an exception; a round under way counts as failed when it is long overdue.</param>
    public async IAsyncEnumerable<ConnectRound> RunAsync([EnumeratorCancellation] CancellationToken stop = default)
    {
        long slot = -1;
        TimeSpan pause = TimeSpan.Zero;
        for (long sequence = 1; sequence <= (options.Count ?? long.MaxValue); sequence++)
        {
            (slot, TimeSpan wait) = PingSchedule.Next(_record.Elapsed, options.Interval, slot);
            wait = TimeSpan.FromMilliseconds(Math.Ceiling(PingSchedule.Longer(wait, pause).TotalMilliseconds)); // as timers count
            if (wait > TimeSpan.Zero)
                await Task.Delay(wait, connector.Clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stop.IsCancellationRequested || await TryOnceAsync(sequence, slot, stop).ConfigureAwait(false) is not { } round)
                yield break;
            pause = options.Interval == TimeSpan.Zero && !round.IsConnected ? _shortestPause : TimeSpan.Zero;
            yield return round;
        }
    }

    private async Task<ConnectRound?> TryOnceAsync(long sequence, long slot, CancellationToken stop)
    {
        ConnectAttempt begun = _record.Begin(sequence, slot);
        try
        {
            ProbeAttempt attempt = await connector.ConnectAsync(stop).ConfigureAwait(false);
            TimeSpan time = _record.Elapsed - begun.Start;
            attempt.Connection?.Dispose();
            ConnectRound round = new(sequence, attempt.EndPoint, time, attempt.Reason)
            {
                Resolve = attempt.ResolveTime,
                Connect = attempt.Connection is null ? null : attempt.Time,
                Handshake = attempt.Tls is null ? null : attempt.HandshakeTime,
                At = connector.Clock.GetUtcNow(),
            };
            _record.Add(round, begun);
            return round;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            _record.Leave();
            return null;
        }
    }
}

/// <summary>One connection, or why there was none.</summary>
/// <param name="Sequence">From 1.</param>
/// <param name="RemoteEndPoint">The address connected to, or tried last; null when the name has none.</param>
/// <param name="Time">How long all of it took.</param>
/// <param name="Reason">Why it failed, in a few lower-case words; empty when it did not.</param>
internal sealed record ConnectRound(long Sequence, IPEndPoint? RemoteEndPoint, TimeSpan Time, string Reason)
{
    /// <summary>When it ended.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>How long resolving the name took; null where an address was given.</summary>
    public TimeSpan? Resolve { get; init; }

    /// <summary>How long the TCP handshake took; null when it failed.</summary>
    public TimeSpan? Connect { get; init; }

    /// <summary>How long the TLS handshake took; null without one.</summary>
    public TimeSpan? Handshake { get; init; }

    public bool IsConnected => Connect is not null;
}
