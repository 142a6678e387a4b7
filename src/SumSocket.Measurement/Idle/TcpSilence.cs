using System.Net.Sockets;
using SumSocket.Client.Tcp;
using SumSocket.Protocol;
using SumSocket.Sockets;

namespace SumSocket.Measurement.Idle;

/// <summary>Tries silences over TCP.</summary>
/// <param name="options">How to connect; keep-alive is that of the connections without one of their own.</param>
/// <param name="patience">How long an answer may take.</param>
/// <param name="clock">The clock.</param>
internal sealed class TcpSilence(SumTcpClientOptions options, TimeSpan patience, TimeProvider clock) : ISilenceProbe
{
    private const int EndTries = 5;

    private static readonly Request _sum = new(7, 4);
    private static readonly RequestProbe _report = new(Path: new PathQuery(IsAsked: true));
    private static readonly TimeSpan _watchInterval = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan _shortDelay = TimeSpan.FromMilliseconds(200);

    private readonly ProbeConnector _connector = new(options, clock);

    public async Task<ServerKnowledge> MeetAsync(CancellationToken stop)
    {
        ProbeAttempt attempt = await _connector.ConnectAsync(stop).ConfigureAwait(false);
        if (attempt.Connection is not { } connection)
            return new ServerKnowledge(IsReached: false) { Failure = attempt.Reason };
        using (connection)
        {
            connection.Send(_sum, _report);
            ProbeResult result = await connection.ReceiveAsync(patience, stop).ConfigureAwait(false);
            if (!result.IsSum)
                return new ServerKnowledge(IsReached: true) { Failure = result.Describe() };
            if (result.Path is { } path)
                return new ServerKnowledge(IsReached: true)
                {
                    Answers = true,
                    KnowsPath = true,
                    KnowsDelay = true,
                    ReadTimeout = Limit(path.ReadTimeoutMs),
                    Lifetime = Limit(path.MaxLifetimeMs),
                };
            return new ServerKnowledge(IsReached: true)
            {
                Answers = true,
                KnowsDelay = await HoldsBackAsync(connection, stop).ConfigureAwait(false),
            };
        }
    }

    public async Task<SilenceResult> TryAsync(SilenceTry what, CancellationToken stop)
    {
        ProbeConnector connector = what.KeepAlive is null
            ? _connector : new ProbeConnector(options with { KeepAlive = what.KeepAlive }, clock);
        ProbeAttempt attempt = await connector.ConnectAsync(stop).ConfigureAwait(false);
        if (attempt.Connection is not { } connection)
            return new SilenceResult(what, SilenceEnd.Unusable, TimeSpan.Zero) { Error = attempt.Error, Detail = attempt.Reason };
        using (connection)
        {
            if (what.First == SilenceBreaker.Neither)
                return await WatchAsync(connection, what, stop).ConfigureAwait(false);
            connection.Send(_sum, _report); // what accepts a connection need not be the server
            ProbeResult first = await connection.ReceiveAsync(patience, stop).ConfigureAwait(false);
            if (!first.IsSum)
                return new SilenceResult(what, SilenceEnd.Unusable, TimeSpan.Zero) { Detail = first.Describe() };
            SilenceResult result = what.First == SilenceBreaker.Client
                ? await ClientFirstAsync(connection, what, first.Timestamp, stop).ConfigureAwait(false)
                : await ServerFirstAsync(connection, what, stop).ConfigureAwait(false);
            return result with { Key = first.Path?.Key };
        }
    }

    public async Task<string?> AskEndAsync(long key, CancellationToken stop)
    {
        if ((await _connector.ConnectAsync(stop).ConfigureAwait(false)).Connection is not { } connection)
            return null;
        using (connection)
        {
            for (int i = 1; ; i++)
            {
                connection.Send(_sum, new RequestProbe(Path: new PathQuery(IsAsked: true, key)));
                ProbeResult result = await connection.ReceiveAsync(patience, stop).ConfigureAwait(false);
                if (result.Path?.Ended is not null || !result.IsSum || i == EndTries)
                    return result.Path?.Ended;
                await Task.Delay(_watchInterval, clock, stop).ConfigureAwait(false); // the server may see the end later than this side
            }
        }
    }

    private async Task<SilenceResult> ClientFirstAsync(ProbeConnection connection, SilenceTry what, long start, CancellationToken stop)
    {
        ProbeResult quiet = await connection.ReceiveAsync(Rest(what.Silence, start), stop).ConfigureAwait(false);
        if (quiet.Outcome != ProbeOutcome.NoAnswer)
            return Result(what, quiet, start, isAsked: false);
        connection.Send(_sum);
        ProbeResult answer = await connection.ReceiveAsync(patience, stop).ConfigureAwait(false);
        return Result(what, answer, start, isAsked: true) with { Retransmits = connection.ReadTcpDetails()?.Retransmits ?? 0 };
    }

    private async Task<SilenceResult> ServerFirstAsync(ProbeConnection connection, SilenceTry what, CancellationToken stop)
    {
        long start = clock.GetTimestamp();
        connection.Send(_sum, new RequestProbe((int)what.Silence.TotalMilliseconds));
        ProbeResult answer = await connection.ReceiveAsync(what.Silence + patience, stop).ConfigureAwait(false);
        TimeSpan after = clock.GetElapsedTime(start, answer.Timestamp);
        if (answer is { Outcome: ProbeOutcome.Answered, Response.IsError: true })
            return new SilenceResult(what, SilenceEnd.Refused, after) { Detail = answer.Describe() };
        if (answer.IsSum)
        {
            // A server that must close answers at once.
            bool isEarly = after < what.Silence * 0.95 - TimeSpan.FromMilliseconds(20);
            return new SilenceResult(what, isEarly ? SilenceEnd.ServerEnded : SilenceEnd.Answered, after);
        }

        if (answer.Outcome != ProbeOutcome.NoAnswer)
            return Result(what, answer, start, isAsked: false);
        connection.Send(_sum);
        ProbeResult then = await connection.ReceiveAsync(patience, stop).ConfigureAwait(false);
        return new SilenceResult(what, SilenceEnd.NoAnswer, after)
        {
            Then = SilenceEnds.Of(then, isAsked: true),
            Error = then.Error,
            Retransmits = connection.ReadTcpDetails()?.Retransmits ?? 0,
        };
    }

    /// <summary>Waits for the end alone. A peer that greets is no matter, and then the kernel is asked whether the connection lives.
    /// </summary>
    private async Task<SilenceResult> WatchAsync(ProbeConnection connection, SilenceTry what, CancellationToken stop)
    {
        long start = clock.GetTimestamp();
        ProbeResult seen = await connection.ReceiveAsync(what.Silence, stop).ConfigureAwait(false);
        if (seen.Outcome == ProbeOutcome.NoAnswer)
            return new SilenceResult(what, SilenceEnd.Alive, clock.GetElapsedTime(start));
        if (seen.Outcome is not (ProbeOutcome.Foreign or ProbeOutcome.Answered))
            return Result(what, seen, start, isAsked: false);
        start = seen.Timestamp;
        while (clock.GetElapsedTime(start) is var since && since < what.Silence)
        {
            SilenceEnd? end = connection.ReadTcpDetails()?.State switch
            {
                TcpState.CloseWait => SilenceEnd.Fin,
                TcpState.Closed => SilenceEnd.Rst,
                _ => null,
            };
            if (end is { } known)
                return new SilenceResult(what, known, since);
            await Task.Delay(_watchInterval, clock, stop).ConfigureAwait(false);
        }

        return new SilenceResult(what, SilenceEnd.Alive, clock.GetElapsedTime(start));
    }

    /// <summary>Whether a server that reports nothing holds answers back all the same.</summary>
    private async Task<bool> HoldsBackAsync(ProbeConnection connection, CancellationToken stop)
    {
        long asked = clock.GetTimestamp();
        connection.Send(_sum);
        ProbeResult plain = await connection.ReceiveAsync(patience, stop).ConfigureAwait(false);
        TimeSpan usual = clock.GetElapsedTime(asked, plain.Timestamp);
        asked = clock.GetTimestamp();
        connection.Send(_sum, new RequestProbe((int)_shortDelay.TotalMilliseconds));
        ProbeResult held = await connection.ReceiveAsync(_shortDelay + patience, stop).ConfigureAwait(false);
        return plain.IsSum && held.IsSum && clock.GetElapsedTime(asked, held.Timestamp) >= usual / 2 + _shortDelay * 0.9;
    }

    private SilenceResult Result(SilenceTry what, ProbeResult result, long start, bool isAsked) =>
        new(what, SilenceEnds.Of(result, isAsked), clock.GetElapsedTime(start, result.Timestamp)) { Error = result.Error };

    private TimeSpan Rest(TimeSpan silence, long start) =>
        silence - clock.GetElapsedTime(start) is var rest && rest > TimeSpan.Zero ? rest : TimeSpan.Zero;

    private static TimeSpan? Limit(long? milliseconds) => milliseconds is > 0 and { } known ? TimeSpan.FromMilliseconds(known) : null;
}

/// <summary>What a result of a connection means for a silence.</summary>
internal static class SilenceEnds
{
    /// <param name="result">The result.</param>
    /// <param name="isAsked">Whether a request was sent after the silence.</param>
    public static SilenceEnd Of(ProbeResult result, bool isAsked) => result.Outcome switch
    {
        ProbeOutcome.Answered when !isAsked || result.Response.IsError => SilenceEnd.ServerEnded, // nothing was asked for, or it said why
        ProbeOutcome.Answered => SilenceEnd.Answered,
        ProbeOutcome.NoAnswer => SilenceEnd.NoAnswer,
        ProbeOutcome.Reset => isAsked ? SilenceEnd.RstOnByte : SilenceEnd.Rst,
        ProbeOutcome.Failed when result.Error == SocketError.Shutdown => isAsked ? SilenceEnd.RstOnByte : SilenceEnd.Rst,
        ProbeOutcome.Failed => SilenceEnd.Failed,
        ProbeOutcome.Closed => SilenceEnd.Stopped,
        _ => isAsked ? SilenceEnd.FinOnByte : SilenceEnd.Fin,
    };
}
