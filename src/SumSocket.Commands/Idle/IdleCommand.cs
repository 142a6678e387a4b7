using SumSocket.Client.Tcp;

namespace SumSocket.Commands.Idle;

/// <summary>How one program tries silences.</summary>
/// <param name="Description">What is found out, for the help.</param>
/// <param name="Probe">Makes what tries them.</param>
/// <param name="Connect">How connections are made; null where there are none.</param>
internal sealed record IdleTransport(
    string Description, Func<ServerTarget, IdleSettings, ISilenceProbe> Probe,
    Func<ServerTarget, IdleSettings, SumTcpClientOptions>? Connect);

/// <summary>The <c>idle</c> command: how long a silent connection lives, and what ends it.</summary>
internal sealed class IdleCommand(ConnectOptions connect, IdleTransport transport)
{
    private readonly IdleOptions _options = new(transport.Connect is not null);

    public Command Create()
    {
        Command command = new(
            "idle",
            $"""
            {transport.Description}

            Exit codes: 0 found out, 2 wrong usage, 3 a threshold missed, 5 never reached the server. Ctrl-C ends it with what is known.
            """);
        _options.AddTo(command);
        connect.AddTo(command);
        command.SetAction((parsed, _) =>
        {
            IdleSettings settings = _options.Bind(parsed, connect.TimeoutOf(parsed));
            ThrowIfFilesAreFew(parsed, settings);
            return connect.RunAsync(parsed, (target, stop) => RunAsync(parsed, target, settings, stop));
        });
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, ServerTarget target, IdleSettings settings, CancellationToken stop)
    {
        int exitCode = await FindOutAsync(parsed, target, settings, stop).ConfigureAwait(false);
        connect.SayWritten(parsed, _options.Page);
        return exitCode;
    }

    private async Task<int> FindOutAsync(ParseResult parsed, ServerTarget target, IdleSettings settings, CancellationToken stop)
    {
        using Stream output = StandardOutput.Open();
        using PageFile? page = PageFile.Open(parsed, _options.Page);
        using IdleReport report = new(
            output, settings, target.Describe(connect.Program), page,
            isLive: !settings.IsJson && ConsoleTerminal.CanRedraw && !connect.Log.IsQuiet(parsed));
        using StatusSignal status = new(report.Snapshot);
        ISilenceProbe probe = transport.Probe(target, settings);
        ServerKnowledge server = new(IsReached: false) { Failure = "stopped" };
        try
        {
            server = await MeetAsync(probe, settings, stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // nothing is known
        }

        if (!server.IsReached || !(server.Answers || settings.IsAny))
        {
            report.Unreachable(server);
            return ExitCode.Unreachable;
        }

        int exitCode = settings.IsHold
            ? await HoldAsync(target, settings, server, report, stop).ConfigureAwait(false)
            : await SearchAsync(probe, settings, server, report, stop).ConfigureAwait(false);
        if (exitCode == ExitCode.ThresholdMissed)
            connect.Say(parsed, ThresholdReport.Missed(settings.Threshold!.Text, report.Actual));
        return exitCode;
    }

    /// <summary>A service that is only watched is asked nothing, and connecting is tried with the silences.</summary>
    private static Task<ServerKnowledge> MeetAsync(ISilenceProbe probe, IdleSettings settings, CancellationToken stop) =>
        settings.IsAny ? Task.FromResult(new ServerKnowledge(IsReached: true)) : probe.MeetAsync(stop);

    private async Task<int> SearchAsync(
        ISilenceProbe probe, IdleSettings settings, ServerKnowledge server, IdleReport report, CancellationToken stop)
    {
        List<SilenceSearch> searches =
            [.. settings.Breakers.Where(first => first != SilenceBreaker.Server || server.KnowsDelay)
                .Select(first => new SilenceSearch(settings.Plan, first, server.Limit(first)))];
        if (_options.IsTcp && settings.KeepAlive is null)
            searches.AddRange(searches.ToArray().Select(search => new SilenceSearch(settings.Plan, search)));
        IdleRun run = new(probe, TimeProvider.System);
        report.Begin(server, searches, run);
        long start = TimeProvider.System.GetTimestamp();
        await run.RunAsync(searches, report.Add, stop).ConfigureAwait(false);
        TimeSpan took = TimeProvider.System.GetElapsedTime(start);
        IdleFindings found = new(settings.Plan, server)
        {
            Searches = searches,
            ServerSays = await AskEndsAsync(probe, searches, settings.Plan.Patience, stop).ConfigureAwait(false),
            Hops = _options.IsTcp ? KnownHop.Tcp : KnownHop.Udp,
            IsUdp = !_options.IsTcp,
            KeepAlive = settings.KeepAlive,
            IsInterrupted = stop.IsCancellationRequested,
        };
        report.End(found, took);
        bool isConnected = searches.Count == 0 || searches.Any(search => search.Results.Any(one => one.End != SilenceEnd.Unusable))
            || found.IsInterrupted;
        return !isConnected ? ExitCode.Unreachable
            : settings.Threshold is { } threshold && found.Lived < threshold.Silence ? ExitCode.ThresholdMissed
            : ExitCode.Success;
    }

    private async Task<int> HoldAsync(
        ServerTarget target, IdleSettings settings, ServerKnowledge server, IdleReport report, CancellationToken stop)
    {
        TimeSpan silence = settings.Plan.To;
        // A connection that waits for a delayed answer is not idle for the server, whatever its read time-out.
        bool isTooLong = server.Limit(SilenceBreaker.Client) is { } limit && limit * 0.95 < silence;
        SilenceBreaker first = settings.Breakers is [var only] ? only
            : isTooLong && server.KnowsDelay ? SilenceBreaker.Server
            : SilenceBreaker.Client;
        HoldRun run = new(
            transport.Connect!(target, settings), settings.Connections, silence, first, settings.Plan.Patience, TimeProvider.System);
        report.Begin(server, run, first);
        HoldResult result = await run.RunAsync(report.Opened, stop).ConfigureAwait(false);
        report.End(server, result, first);
        return result.Connected == 0 ? ExitCode.Unreachable
            : settings.Threshold is not null && !result.HaveAllLived ? ExitCode.ThresholdMissed
            : ExitCode.Success;
    }

    private static async Task<IReadOnlyDictionary<SilenceSearch, string>> AskEndsAsync(
        ISilenceProbe probe, IEnumerable<SilenceSearch> searches, TimeSpan patience, CancellationToken stop)
    {
        Dictionary<SilenceSearch, string> says = [];
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(stop);
        enough.CancelAfter(patience); // the path may be gone altogether
        try
        {
            // A server knows of no end where nothing came.
            foreach (SilenceSearch search in searches.Where(search => search.Death is { End: not SilenceEnd.NoAnswer }))
            {
                if (search.Death?.Key is { } key && await probe.AskEndAsync(key, enough.Token).ConfigureAwait(false) is { } end)
                    says[search] = end;
            }
        }
        catch (OperationCanceledException) when (enough.IsCancellationRequested)
        {
            // what is known is enough
        }

        return says;
    }

    /// <summary>Ahead of the first connection.</summary>
    private void ThrowIfFilesAreFew(ParseResult parsed, IdleSettings settings)
    {
        bool isOwn = connect.HasOwnServer(parsed.CommandResult);
        if (settings.IsHold)
            OpenFiles.ThrowIfFew($"-c {settings.Connections}", settings.Connections, isOwn);
        else
        {
            int silences = settings.Breakers.Count * (2 * settings.Plan.Ladder().Count + 2 * settings.Plan.Parallel);
            OpenFiles.ThrowIfFew($"--parallel {settings.Plan.Parallel}", silences, isOwn);
        }
    }
}
