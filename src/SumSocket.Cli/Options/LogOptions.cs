namespace SumSocket.Cli.Options;

/// <summary>The options that say how much is logged: <c>--log-level</c>, <c>-v</c> and <c>-q</c>.</summary>
/// <param name="defaultLevel">The least level that is logged when none of the options is given.</param>
/// <param name="quietMeaning">What <c>-q</c> does in the command of a name; the program itself has none.</param>
internal sealed class LogOptions(LogLevel defaultLevel, Func<string, string> quietMeaning)
{
    private static readonly string[] _names = ["trace", "debug", "info", "warning", "error", "critical", "none"];
    private static readonly string _allNames = string.Join(", ", _names);

    private readonly Option<LogLevel?> _level = new("--log-level")
    {
        Description = $"Least level of the log on stderr: {_allNames} [default: {_names[(int)defaultLevel]}]",
        HelpName = "LEVEL",
        CustomParser = result => CliOption.Read<LogLevel?>(result, "--log-level", TryRead, $"is not a level: give one of {_allNames}"),
    };
    private readonly Option<bool> _verbose = CliOption.Flag("--verbose", ["-v"], "Logs in detail: the same as --log-level debug");
    private readonly Option<bool> _quiet = CliOption.Flag("--quiet", ["-q"], quietMeaning(""))
        .ForEach((option, command) => option.Description = quietMeaning(command));

    /// <summary>Adds them to a command and all below it.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_level, _verbose, _quiet])
        {
            option.Recursive = true;
            command.Add(option);
        }
    }

    public bool IsQuiet(ParseResult parsed) => parsed.GetValue(_quiet);

    public bool IsVerbose(ParseResult parsed) => parsed.GetValue(_verbose);

    /// <summary>The least level to log. <c>--log-level</c> outweighs <c>-v</c>, and that outweighs <c>-q</c>.</summary>
    public LogLevel Level(ParseResult parsed) => parsed.GetValue(_level)
        ?? (parsed.GetValue(_verbose) ? LogLevel.Debug : parsed.GetValue(_quiet) ? LogLevel.Warning : defaultLevel);

    private static bool TryRead(string text, out LogLevel? level)
    {
        string name = text.ToLowerInvariant();
        int index = Array.IndexOf(_names, name == "information" ? "info" : name); // which is the framework's name
        level = (LogLevel)index;
        return index >= 0;
    }
}
