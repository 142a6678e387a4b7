using System.Net.Sockets;
using SumSocket.Client.Tcp;
using SumSocket.Protocol;
using SumSocket.Sockets;

namespace SumSocket.Measurement.Paths;

/// <summary>Examines the path to a server over TCP, with a few connections at the same time. It takes some seconds.</summary>
/// <param name="target">The server as the user named it.</param>
/// <param name="options">How to connect. Time-outs apply to each connection.</param>
/// <param name="clock">The clock.</param>
internal sealed class TcpPathRun(string target, SumTcpClientOptions options, TimeProvider clock)
{
    private const int Rounds = 10;

    private static readonly Request _sum = new(7, 4); // 14 bytes on the wire
    private static readonly TimeSpan[] _halfCloseDelays =
        [TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(300), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3)];

    private readonly ProbeConnector _connector = new(options, clock);
    private readonly TimeSpan _patience = options.RequestTimeout is var time && time != Timeout.InfiniteTimeSpan && time < _longestPatience
        ? time : _longestPatience;

    private static readonly TimeSpan _longestPatience = TimeSpan.FromSeconds(5);

    /// <summary>What is known by now; may be read at any time and from any thread.</summary>
    public TcpPathObservations Seen { get; private set; } =
        new() { Target = target, SendsProxy = options.SendProxy != ProxyVersion.None };

    /// <summary>Runs to the end, or to the stop, and returns what is known then.</summary>
    public async Task<TcpPathObservations> RunAsync(CancellationToken stop)
    {
        try
        {
            ProbeAttempt attempt = await _connector.ConnectAsync(stop).ConfigureAwait(false);
            Seen = Seen with { Attempt = attempt };
            if (attempt.Connection is not { } connection)
                return Seen;
            using (connection)
            {
                await BeginAsync(connection, stop).ConfigureAwait(false);
                if (Seen.First is { IsSum: true })
                    await ExamineAsync(connection, stop).ConfigureAwait(false);
                return Seen;
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return Seen = Seen with { IsInterrupted = true };
        }
    }

    /// <summary>The first answer, some more, and what the kernel knows then.</summary>
    private async Task BeginAsync(ProbeConnection connection, CancellationToken stop)
    {
        Seen = Seen with { Local = connection.LocalEndPoint, Options = connection.ReadOptions(), Tcp = connection.ReadTcpDetails() };
        (ProbeResult first, TimeSpan time) =
            await AskAsync(connection, new RequestProbe(Path: new PathQuery(IsAsked: true)), stop).ConfigureAwait(false);
        Seen = Seen with { First = first, FirstTime = time, BestTime = first.IsSum ? time : null };
        for (int i = 0; i < Rounds && first.IsSum; i++)
        {
            (ProbeResult result, TimeSpan took) = await AskAsync(connection, default, stop).ConfigureAwait(false);
            if (!result.IsSum)
                break;
            Seen = Seen with { BestTime = took < Seen.BestTime ? took : Seen.BestTime };
        }

        Seen = Seen with { Options = connection.ReadOptions() ?? Seen.Options, Tcp = connection.ReadTcpDetails() ?? Seen.Tcp };
    }

    private async Task<(ProbeResult Result, TimeSpan Time)> AskAsync(ProbeConnection connection, RequestProbe probe, CancellationToken stop)
    {
        long sent = clock.GetTimestamp();
        connection.Send(_sum, probe);
        ProbeResult result = await connection.ReceiveAsync(_patience, stop).ConfigureAwait(false);
        return (result, clock.GetElapsedTime(sent, result.Timestamp));
    }

    private async Task ExamineAsync(ProbeConnection connection, CancellationToken stop)
    {
        // Before the others: a ticket of TLS 1.3 serves once.
        ProbeAttempt? second = options.Tls is null ? null : await TryConnectAsync(options, stop).ConfigureAwait(false);
        second?.Connection?.Dispose();
        Seen = Seen with { SecondTls = second?.Tls };
        bool isKnown = Seen.Report is not null;
        IEnumerable<TimeSpan> delays = isKnown ? _halfCloseDelays : [TimeSpan.Zero];
        Task<HalfCloseTry?>[] halfClose = [.. delays.Select(delay => TryHalfCloseAsync(delay, stop))];
        Task<BufferTry?> buffers = isKnown ? TryBuffersAsync(stop) : Task.FromResult<BufferTry?>(null);
        Task<ResetTry?> reset = isKnown ? TryResetAsync(connection, stop) : Task.FromResult<ResetTry?>(null);
        HalfCloseTry?[] tries = await Task.WhenAll(halfClose).ConfigureAwait(false);
        Seen = Seen with
        {
            HalfClose = [.. tries.OfType<HalfCloseTry>()],
            Buffers = await buffers.ConfigureAwait(false),
            Reset = await reset.ConfigureAwait(false),
            IsInterrupted = stop.IsCancellationRequested,
        };
    }

    private async Task<HalfCloseTry?> TryHalfCloseAsync(TimeSpan delay, CancellationToken stop)
    {
        if ((await TryConnectAsync(options, stop).ConfigureAwait(false))?.Connection is not { } connection)
            return null;
        using (connection)
        {
            try
            {
                connection.Send(_sum, new RequestProbe((int)delay.TotalMilliseconds));
                connection.EndSending();
                long ended = clock.GetTimestamp();
                TimeSpan patience = delay + TimeSpan.FromSeconds(1) + 2 * (connection.ReadTcpDetails()?.Path.RoundTrip ?? TimeSpan.Zero);
                ProbeResult result = await connection.ReceiveAsync(patience, stop).ConfigureAwait(false);
                return new HalfCloseTry(delay, result, clock.GetElapsedTime(ended, result.Timestamp));
            }
            catch (OperationCanceledException)
            {
                return null;
            }
        }
    }

    /// <summary>The connection has no user time-out, which would end it for a peer that only does not read.</summary>
    private async Task<BufferTry?> TryBuffersAsync(CancellationToken stop)
    {
        SumTcpClientOptions patient = options with { UserTimeout = Timeout.InfiniteTimeSpan };
        if ((await TryConnectAsync(patient, stop).ConfigureAwait(false))?.Connection is not { } connection)
            return null;
        try
        {
            return await BufferCheck.RunAsync(connection, _sum, clock, stop).ConfigureAwait(false);
        }
        finally
        {
            connection.Reset(); // nothing of it is wanted any more, on either side
        }
    }

    private async Task<ResetTry?> TryResetAsync(ProbeConnection asking, CancellationToken stop)
    {
        if ((await TryConnectAsync(options, stop).ConfigureAwait(false))?.Connection is not { } connection)
            return null;
        try
        {
            (ProbeResult result, _) =
                await AskAsync(connection, new RequestProbe(Path: new PathQuery(IsAsked: true)), stop).ConfigureAwait(false);
            if (result.Path?.Key is not { } key)
                return null;
            connection.Reset();
            long start = clock.GetTimestamp();
            while (true)
            {
                (result, _) = await AskAsync(asking, new RequestProbe(Path: new PathQuery(IsAsked: true, key)), stop).ConfigureAwait(false);
                TimeSpan after = clock.GetElapsedTime(start);
                if (!result.IsSum)
                    return null;
                if (result.Path?.Ended is not null || after > TimeSpan.FromSeconds(2))
                    return new ResetTry(result.Path?.Ended, after);
                await Task.Delay(TimeSpan.FromMilliseconds(100), clock, stop).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            return null;
        }
        finally
        {
            connection.Dispose();
        }
    }

    private async Task<ProbeAttempt?> TryConnectAsync(SumTcpClientOptions how, CancellationToken stop)
    {
        try
        {
            ProbeConnector connector = how == options ? _connector : new ProbeConnector(how, clock);
            return await connector.ConnectAsync(stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }
}

/// <summary>How much a path takes before it pushes back.</summary>
internal static class BufferCheck
{
    private const int Most = 32 * 1024 * 1024;
    private const int RequestsPerChunk = 1024;
    private const int Delay = 6_000; // the server reads nothing meanwhile; longer than all this takes

    private static readonly TimeSpan _stall = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(4);

    /// <summary>Fills a connection. It must then be reset.</summary>
    /// <returns>Null when it was stopped.</returns>
    public static async Task<BufferTry?> RunAsync(ProbeConnection connection, Request request, TimeProvider clock, CancellationToken stop)
    {
        byte[] one = new byte[MessageWriter.MaxRequestLength];
        int length = MessageWriter.WriteRequest(one, request);
        byte[] chunk = [.. Enumerable.Repeat(one[..length], RequestsPerChunk).SelectMany(bytes => bytes)];
        connection.Send(request, new RequestProbe(Delay));
        Task<ProbeResult> receiving = connection.ReceiveAsync(_longest, stop);
        long start = clock.GetTimestamp();
        long taken = 0;
        bool isFull = false;
        try
        {
            while (!isFull && taken < Most && !receiving.IsCompleted && clock.GetElapsedTime(start) < _longest)
            {
                Task<SocketError> sending = connection.SendAsync(chunk);
                try
                {
                    if (await sending.WaitAsync(_stall, clock, stop).ConfigureAwait(false) != SocketError.Success)
                        break;
                    taken += chunk.Length;
                }
                catch (TimeoutException)
                {
                    isFull = true;
                }
            }
        }
        catch (OperationCanceledException)
        {
            return null;
        }

        TcpDetails? tcp = connection.ReadTcpDetails();
        ProbeResult? result = receiving.IsCompletedSuccessfully ? await receiving.ConfigureAwait(false) : null;
        if (result is { Outcome: ProbeOutcome.Answered, IsSum: false })
            return null; // the server allows no such delay, or is full
        return new BufferTry(taken, tcp?.AcknowledgedBytes, isFull, result is { IsEnd: true } ? result : null) { Path = tcp?.Path };
    }
}
