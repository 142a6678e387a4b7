using SumSocket.Commands.Idle;
using SumSocket.Commands.Storm;
using SumSocket.Measurement.Idle;
using SumSocket.Measurement.Storm;
using SumSocket.Reports;
using SumSocket.Reports.Json;

namespace SumSocket.Tests.Reports;

/// <summary>
/// Runs of idle and storm that never ran, always the same ones: a path that forgets silent connections after 350 s and resets who speaks
/// then, with keep-alive that helps; ten thousand connections held on it; and a storm of three rounds, one of them with a full accept queue
/// and clients that never came back.
/// </summary>
internal static class SampleRuns
{
    private static readonly RunInfo _run = SampleBench.Setting("tcp", "10.0.0.7:5656");
    private static readonly DateTimeOffset _start = new(2026, 11, 22, 10, 30, 0, TimeSpan.Zero);
    private static readonly TimeSpan _forgets = TimeSpan.FromSeconds(350);

    private static readonly ServerKnowledge _server =
        new(IsReached: true) { KnowsPath = true, KnowsDelay = true, Lifetime = TimeSpan.FromHours(2) };

    public static RecordedRun Make(string name) => name switch
    {
        "idle.json" => new RecordedIdle(name, Idle()),
        "hold.json" => new RecordedIdle(name, Hold()),
        _ => new RecordedStorm(name, Storm()),
    };

    public static byte[] Json(RecordedRun run)
    {
        using MemoryStream output = new();
        if (run is RecordedIdle idle)
            idle.Document.Write(output);
        else
            ((RecordedStorm)run).Document.Write(output);
        return output.ToArray();
    }

    public static IdleDocument Idle()
    {
        IdlePlan plan = new() { From = TimeSpan.FromSeconds(1), To = TimeSpan.FromHours(1), Resolution = 0.05 };
        SilenceSearch[] searches = [new(plan, SilenceBreaker.Client), new(plan, SilenceBreaker.Server)];
        searches = [.. searches, .. searches.Select(search => new SilenceSearch(plan, search))];
        for (SilenceTry[] next = [.. searches.SelectMany(search => search.Next())]; next.Length > 0;
            next = [.. searches.SelectMany(search => search.Next())])
        {
            foreach (SilenceTry one in next)
                searches.First(search => search.First == one.First && search.HasKeepAlive == one.KeepAlive is not null).Add(Try(one));
        }

        IdleFindings found = new(plan, _server) { Searches = searches, Hops = KnownHop.Tcp };
        _ = IdleThreshold.TryParse("lives>=10m", out IdleThreshold? threshold);
        return IdleJson.Of(new IdleOutcome(_run, new IdleSettings(plan) { Threshold = threshold }, _server)
        {
            Verdict = IdleVerdict.Of(found),
            Found = found,
            Planned = TimeSpan.FromHours(2),
            Took = TimeSpan.FromSeconds(4321.5),
            StartedAt = _start,
        });
    }

    public static IdleDocument Hold()
    {
        var silence = TimeSpan.FromMinutes(10);
        IdleSettings settings = new(new IdlePlan { From = silence, To = silence }) { IsHold = true, Connections = 10_000 };
        Random random = new(7);
        TimeSpan[] forgotten =
            [.. Enumerable.Range(0, 2_000).Select(_ => _forgets + TimeSpan.FromSeconds(random.NextDouble() * 90)).Order()];
        HoldResult result = new(10_000, 9_990)
        {
            Lived = 7_900,
            Unanswered = 40,
            Ends = [new(SilenceEnd.Fin, forgotten), new(SilenceEnd.RstOnByte, [.. Enumerable.Repeat(silence, 50)])],
        };
        return IdleJson.Of(new IdleOutcome(_run, settings, _server)
        {
            Verdict = [.. IdleTexts.Verdict(_server, settings, result, SilenceBreaker.Client)],
            Hold = result,
            Planned = silence + TimeSpan.FromSeconds(5),
            StartedAt = _start,
        });
    }

    public static StormDocument Storm(int rounds = 3)
    {
        StormOptions options = new()
        {
            Cut = StormCut.Rst,
            Rounds = rounds,
            Thresholds = [new("back99<2s", StormFigure.Back, 99, "<", 2), new("busy<1", StormFigure.Busy, 0, "<", 1)],
        };
        StormResult result = new(
            options, Round(0, 0, 0), [.. Enumerable.Range(1, rounds).Select(i => Round(i, 490 * (i % 2), i == rounds ? 12 : 0))]);
        return StormJson.Of(new StormSetting(_run, _start, options), result, exitCode: 3);
    }

    private static SilenceResult Try(SilenceTry one) => one switch
    {
        { KeepAlive.Idle: var idle } when idle < _forgets => new(one, SilenceEnd.Answered, one.Silence),
        _ when one.Silence < _forgets => new(one, SilenceEnd.Answered, one.Silence + TimeSpan.FromMilliseconds(3)),
        { First: SilenceBreaker.Server } =>
            new(one, SilenceEnd.NoAnswer, one.Silence + TimeSpan.FromSeconds(5)) { Then = SilenceEnd.RstOnByte },
        _ => new(one, SilenceEnd.RstOnByte, one.Silence + TimeSpan.FromMilliseconds(3)),
    };

    /// <summary>A thousand clients, of which some wait for a second, and some never come back.</summary>
    private static StormRound Round(int number, int late, int lost)
    {
        Random random = new(number);
        TimeSpan[] times = [.. Enumerable.Range(0, 1000 - lost)
            .Select(i => TimeSpan.FromSeconds((i < late ? 1.03 : 0.04) + random.NextDouble() * 0.3 * (1 + number))).Order()];
        long[] outcomes = new long[StormCause.All.Count];
        outcomes[(int)StormOutcome.Back] = times.Length;
        outcomes[(int)StormOutcome.Refused] = 3 * lost;
        outcomes[(int)StormOutcome.Busy] = lost;
        return new StormRound(1000, 1000, times, new StormCounts(outcomes) { Connected = times.Length, SynRetries = late })
        {
            Span = times[^1],
            Duration = lost > 0 ? TimeSpan.FromSeconds(5) : times[^1],
        };
    }
}
