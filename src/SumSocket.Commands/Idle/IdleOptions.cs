using SumSocket.Sockets;

namespace SumSocket.Commands.Idle;

/// <summary>Who is to speak first after a silence.</summary>
internal enum IdleFirst
{
    Both,
    Client,
    Server,
}

/// <summary>Silences as the command line writes them: <c>1s..1h</c>, or one alone: <c>10m</c>.</summary>
internal sealed record SilenceRange(TimeSpan From, TimeSpan To)
{
    public static TimeSpan Longest { get; } = TimeSpan.FromDays(1); // the longest Delay

    public bool IsOne => From == To;

    /// <summary>Reads a range whose ends may be the wrong way round.</summary>
    public static bool TryParse(string text, out SilenceRange range)
    {
        string[] ends = text.Split("..");
        range = new SilenceRange(default, default);
        if (ends.Length > 2 || !Duration.TryParse(ends[0], out Duration from) || !Duration.TryParse(ends[^1], out Duration to)
            || from.IsNone || to.IsNone || from.Value > Longest || to.Value > Longest || from.Value < TimeSpan.FromMilliseconds(100))
            return false;
        range = new SilenceRange(from.Value, to.Value);
        return true;
    }

    public override string ToString() => IsOne ? new Duration(To).ToString() : $"{new Duration(From)}..{new Duration(To)}";
}

/// <summary>A part as the command line writes it: <c>5%</c>.</summary>
internal readonly record struct Percentage(double Value)
{
    /// <summary>Reads over 0 % to 50 %.</summary>
    public static bool TryParse(string text, out Percentage percentage)
    {
        percentage = default;
        if (!text.EndsWith('%') || !ThresholdText.TryReadNumber(text.AsSpan(0, text.Length - 1), out double value))
            return false;
        percentage = new Percentage(value / 100);
        return value is >= 0.1 and <= 50;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Value * 100:0.##}%");
}

/// <summary>What must be survived: <c>lives>=10m</c>.</summary>
internal sealed record IdleThreshold(string Text, TimeSpan Silence)
{
    private const string Start = "lives>=";

    public static bool TryParse(string text, out IdleThreshold? threshold)
    {
        threshold = null;
        string compact = text.Replace(" ", "", StringComparison.Ordinal);
        if (!compact.StartsWith(Start, StringComparison.Ordinal)
            || !Duration.TryParse(compact[Start.Length..], out Duration silence) || silence.IsNone)
            return false;
        threshold = new IdleThreshold(compact, silence.Value);
        return true;
    }
}

/// <summary>The options of <c>idle</c>.</summary>
/// <param name="isTcp">Whether there are connections.</param>
internal sealed class IdleOptions(bool isTcp)
{
    private readonly Option<SilenceRange> _for = CliOption.Value(
        "--for", [], "TIME..TIME", new SilenceRange(TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)),
        "The silences: doubled from the first to the last, then finer; or one alone, such as 10m (100ms to 24h)", SilenceRange.TryParse,
        "is no range of silences: give one such as 1s..1h, or one silence such as 10m (100ms to 24h)");
    private readonly Option<Percentage> _resolution = CliOption.Value(
        "--resolution", [], "PERCENT", new Percentage(0.05),
        "How near the longest silence that lives and the shortest that does not must come", Percentage.TryParse,
        "is no resolution: give 0.1% to 50%");
    private readonly Option<IdleFirst> _first = CliOption.Choice<IdleFirst>("--first", "Who speaks first after a silence");
    private readonly Option<KeepAliveSetting> _keepAlive = KeepAliveSetting.Option(null, "server");
    private readonly Option<int> _connections = CliOption.Count(
        "--connections", ["-c"], 1, 100_000, 1, "How many connections to hold silent, with one silence: --for 10m");
    private readonly Option<int> _parallel = CliOption.Count(
        "--parallel", [], 1, 1_000, 32, "How many silences of one kind to try at a time to find the limit between two");
    private readonly Option<bool> _any = CliOption.Flag(
        "--any", [], "Sends nothing and only waits for an end: works with any TCP service, and misses what forgets without a sign");
    private readonly Option<bool> _json = CliOption.Flag("--json", [], "Prints the result as one JSON object (docs/idle.schema.json)");
    private readonly Option<IdleThreshold?> _threshold = new("--threshold")
    {
        Description = "What must hold, or the exit code is 3: lives>=10m",
        HelpName = "CONDITION",
        CustomParser = result => CliOption.Read(
            result, "--threshold", (string text, out IdleThreshold? value) => IdleThreshold.TryParse(text, out value),
            "is no threshold: give one such as lives>=10m"),
    };

    public bool IsTcp => isTcp;

    /// <summary>The page that is also made.</summary>
    public Option<string?> Page { get; } = PageFile.Option();

    public void AddTo(Command command)
    {
        Option[] options = isTcp
            ? [_for, _resolution, _first, _keepAlive, _connections, _parallel, _any, _threshold, _json, Page]
            : [_for, _resolution, _first, _parallel, _threshold, _json, Page];
        foreach (Option option in options)
            command.Add(option);
    }

    /// <summary>What the options mean.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="timeout">How long an answer may take.</param>
    /// <exception cref="CommandFailedException">They do not go together.</exception>
    public IdleSettings Bind(ParseResult parsed, TimeSpan timeout)
    {
        SilenceRange range = parsed.GetRequiredValue(_for);
        bool isAny = isTcp && parsed.GetValue(_any);
        int connections = isTcp ? parsed.GetValue(_connections) : 1;
        IdleThreshold? threshold = parsed.GetValue(_threshold);
        if (range.From > range.To)
            throw Wrong($"--for: '{range}' begins with the longer silence: give {new Duration(range.To)}..{new Duration(range.From)}");
        if (connections > 1 && !range.IsOne)
            throw Wrong("-c: holds many connections for one silence: give it alone, such as --for 10m");
        if (isAny && CliOption.IsGiven(parsed.CommandResult, _first))
            throw Wrong("--first: with --any nothing is sent: leave it out");
        if (threshold?.Silence > range.To)
            throw Wrong($"--threshold: {threshold.Text} is longer than the silences that are tried: give --for up to that");
        if (timeout == Timeout.InfiniteTimeSpan)
            throw Wrong("--timeout: without a limit no silence would ever end: give one such as 5s");
        return new IdleSettings(new IdlePlan
        {
            From = range.From,
            To = range.To,
            Resolution = parsed.GetValue(_resolution).Value,
            Parallel = parsed.GetValue(_parallel),
            Patience = timeout,
        })
        {
            IsHold = connections > 1,
            Connections = connections,
            IsAny = isAny,
            First = parsed.GetValue(_first),
            KeepAlive = isTcp ? parsed.GetValue(_keepAlive).Value : null,
            Threshold = threshold,
            IsJson = parsed.GetValue(_json),
        };
    }

    private static CommandFailedException Wrong(string what) => new(ExitCode.Usage, what);
}

/// <summary>What the user asked for.</summary>
internal sealed record IdleSettings(IdlePlan Plan)
{
    public bool IsHold { get; init; }

    public int Connections { get; init; }

    public bool IsAny { get; init; }

    public IdleFirst First { get; init; }

    public KeepAlive? KeepAlive { get; init; }

    public IdleThreshold? Threshold { get; init; }

    public bool IsJson { get; init; }

    /// <summary>Who speaks first, in the order of the searches.</summary>
    public IReadOnlyList<SilenceBreaker> Breakers => (IsAny, First) switch
    {
        (true, _) => [SilenceBreaker.Neither],
        (_, IdleFirst.Client) => [SilenceBreaker.Client],
        (_, IdleFirst.Server) => [SilenceBreaker.Server],
        _ => [SilenceBreaker.Client, SilenceBreaker.Server],
    };
}
