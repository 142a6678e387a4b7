using SumSocket.Commands.Bench.Live;

namespace SumSocket.Commands.Idle;

/// <summary>What a run prints: lines as results come, on a terminal with what is still being tried below them, or one JSON object.
/// </summary>
/// <param name="output">Where to.</param>
/// <param name="settings">What the user asked for.</param>
/// <param name="setting">Where it runs.</param>
/// <param name="page">The page that is also asked for; null for none.</param>
/// <param name="isLive">Whether to show how it goes.</param>
internal sealed class IdleReport(Stream output, IdleSettings settings, RunInfo setting, PageFile? page, bool isLive) : IDisposable
{
    private static readonly TimeSpan _redraw = TimeSpan.FromMilliseconds(500);

    private readonly DateTimeOffset _startedAt = DateTimeOffset.UtcNow;
    private readonly Lock _lock = new();
    private readonly LiveScreen? _screen = isLive ? LiveScreen.OnTerminal() : null;
    private Timer? _timer;
    private TimeSpan _planned;
    private int _results;
    private Func<string> _now = () => "meeting the server";

    /// <summary>What a threshold was held against, once the run has ended.</summary>
    public string Actual { get; private set; } = "";

    public void Unreachable(ServerKnowledge server)
    {
        string hint = server.IsReached ? " It may be watched: --any." : "";
        string why = server.IsReached ? $"The server does not answer ({server.Failure}).{hint}" : $"Never connected: {server.Failure}.";
        Finish(new IdleOutcome(setting, settings, server) { Verdict = [why], StartedAt = _startedAt }, $"{Header}{why}\n");
    }

    public void Begin(ServerKnowledge server, IReadOnlyList<SilenceSearch> searches, IdleRun run)
    {
        _planned = settings.IsAny ? settings.Plan.To
            : searches.Select(search => settings.Plan.LongestTime(search.Ladder)).DefaultIfEmpty().Max();
        _now = () => IdleTexts.Now(_results, run.Now);
        Write(Header + IdleTexts.Plan(settings, server, searches, _planned));
        Live(() => IdleTexts.Running(run.Now));
    }

    public void Begin(ServerKnowledge server, HoldRun run, SilenceBreaker first)
    {
        _planned = settings.Plan.To + settings.Plan.Patience;
        _now = () => Figures.Invariant($"{run.Connected} connected, {run.Settled} ended or answered");
        Write(Header + IdleTexts.Plan(settings, server, first));
        Live(() => [_now()]);
    }

    /// <summary>All connections are open.</summary>
    public void Opened() => Write("all are open: silence begins\n");

    public void Add(SilenceResult result)
    {
        _results++;
        Write(IdleTexts.Line(result));
    }

    /// <summary>How it goes, in a line.</summary>
    public string Snapshot() =>
        $"{_now()}, after {IdleVerdict.Time(DateTimeOffset.UtcNow - _startedAt)} of at most {IdleVerdict.Time(_planned)}";

    public void End(IdleFindings found, TimeSpan took)
    {
        StopLive();
        Actual = IdleVerdict.Time(found.Lived);
        List<string> verdict = [.. IdleVerdict.Of(found)];
        if (!found.Server.KnowsDelay && settings.Breakers.Contains(SilenceBreaker.Server))
            verdict.Add("The server does not know Delay: server first could not be tried.");
        if (settings.Threshold is { } threshold && found.Lived < threshold.Silence)
            verdict.Add($"Threshold missed: {threshold.Text}.");
        Finish(
            new IdleOutcome(setting, settings, found.Server)
            {
                Verdict = verdict,
                Found = found,
                Planned = _planned,
                Took = took,
                StartedAt = _startedAt,
                IsInterrupted = found.IsInterrupted,
            },
            $"\ntook {IdleVerdict.Time(took)}\n\n{Sentences(verdict)}");
    }

    public void End(ServerKnowledge server, HoldResult result, SilenceBreaker first)
    {
        StopLive();
        Actual = Figures.Invariant($"{result.Lived} of {TextFigures.Count(result.Wanted, "connection")}");
        List<string> verdict = [.. IdleTexts.Verdict(server, settings, result, first)];
        if (settings.Threshold is { } threshold && !result.HaveAllLived)
            verdict.Add($"Threshold missed: {threshold.Text}.");
        Finish(
            new IdleOutcome(setting, settings, server)
            {
                Verdict = verdict,
                Hold = result,
                Planned = _planned,
                StartedAt = _startedAt,
                IsInterrupted = result.IsInterrupted,
            },
            $"\n{Sentences(verdict)}");
    }

    public void Dispose()
    {
        StopLive();
        _screen?.Dispose();
    }

    private string Header => IdleTexts.Header(setting.Address, setting.Transport);

    private static string Sentences(IEnumerable<string> verdict) =>
        string.Concat(verdict.Select(sentence => IdleTexts.Clean(sentence) + "\n"));

    private void Finish(IdleOutcome outcome, string text)
    {
        IdleDocument document = IdleJson.Of(outcome);
        try
        {
            if (settings.IsJson)
                document.Write(output);
            Write(text);
        }
        finally
        {
            page?.Write(new RecordedIdle("", document)); // also when the other output is closed
        }
    }

    private void Write(string text)
    {
        if (settings.IsJson)
            return;
        lock (_lock)
        {
            _screen?.Erase();
            StandardOutput.Write(output, text);
        }
    }

    private void Live(Func<IReadOnlyList<string>> lines)
    {
        if (_screen is not { } screen)
            return;
        _timer = new Timer(
            _ =>
            {
                lock (_lock)
                {
                    if (_timer is not null)
                        screen.Draw([.. lines().Select(line => line.Length > screen.Width ? line[..screen.Width] : line)]);
                }
            },
            null, _redraw, _redraw);
    }

    private void StopLive()
    {
        lock (_lock)
        {
            _timer?.Dispose();
            _timer = null;
            _screen?.Erase();
        }
    }
}
