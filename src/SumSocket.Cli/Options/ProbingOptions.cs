namespace SumSocket.Cli.Options;

/// <summary>What both servers let clients do that examine the path to them.</summary>
internal sealed class ProbingOptions
{
    private static readonly TimeSpan _longest = TimeSpan.FromDays(1);

    private readonly Option<Duration> _maxDelay = CliOption.Duration(
        "--max-delay", [], new Duration(TimeSpan.FromHours(1)),
        "Longest time for which a request may have its answer held back (\"Delay\"), at most 24h", "not at all");
    private readonly Option<bool> _noPath = CliOption.Flag(
        "--no-path", [], "Does not report to a client that asks (\"Path\") what the server sees of its connection");

    public Option[] All => [_maxDelay, _noPath];

    /// <exception cref="CommandFailedException">The delay is longer than a request can ask for.</exception>
    // Not in a validator, which would meet values that cannot be parsed.
    public TimeSpan MaxDelay(ParseResult parsed) => parsed.GetValue(_maxDelay).OrZero is var delay && delay <= _longest
        ? delay
        : throw new CommandFailedException(ExitCode.Usage, "--max-delay: is longer than a day: give at most 24h (see --help)");

    public bool ReportsPath(ParseResult parsed) => !parsed.GetValue(_noPath);
}
