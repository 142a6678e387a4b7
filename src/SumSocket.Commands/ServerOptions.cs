using System.CommandLine.Parsing;

namespace SumSocket.Commands;

/// <summary>Where the server is: <c>--ip</c> and <c>--port</c>, or the same as people type it, before or after the command.</summary>
/// <param name="program">Whose server it is.</param>
internal sealed class ServerOptions(ClientProgram program)
{
    /// <summary>What stands for the server in the help.</summary>
    public const string Placeholder = "HOST:PORT";

    private readonly Option<string> _ip = AddressOptions.Server();
    private readonly Option<int> _port = AddressOptions.Port(min: 1);
    private readonly Dictionary<Command, Func<CommandResult, string[]>> _words = [];

    /// <summary>Adds them to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="among">The command's own argument, where the server may stand among other words; null for none.</param>
    public void AddTo(Command command, Argument<string[]>? among = null)
    {
        command.Add(_ip);
        command.Add(_port);
        Argument<string[]> argument = among ?? NewArgument();
        if (among is null)
            command.Add(argument);
        _words[command] = result =>
            [.. result.GetResult(argument)?.Tokens.Select(token => token.Value)
                .Where(word => among is null || ServerAddress.IsUnmistakable(word)) ?? []];
        command.Validators.Add(result =>
        {
            if (Find(result).Wrong is { } wrong)
                result.AddError(wrong);
        });
    }

    /// <summary>Whether the user named a server.</summary>
    public bool IsGiven(CommandResult result) =>
        CliOption.IsGiven(result, _ip) || CliOption.IsGiven(result, _port) || Given(result).Any();

    /// <summary>Whether a command has them.</summary>
    public bool IsPartOf(Command command) => _words.ContainsKey(command);

    /// <summary>The first word that names a server in front of a command, for a command that uses none.</summary>
    public string? WordBefore(CommandResult result) => result.Parent is CommandResult parent ? Words(parent).FirstOrDefault() : null;

    /// <summary>The server.</summary>
    public (string Host, int Port) Bind(ParseResult parsed)
    {
        ServerAddress server = Find(parsed.CommandResult).Server;
        return (server.Host ?? parsed.GetRequiredValue(_ip), server.Port ?? parsed.GetValue(_port));
    }

    private Argument<string[]> NewArgument() => new(Placeholder)
    {
        Description = $"The server: 10.0.0.9 5656, 10.0.0.9:5656, [::1]:5656 or {program.Name}://10.0.0.9:5656, before or after a command; "
            + "the same as --ip and --port",
        Arity = new ArgumentArity(0, 2),
    };

    /// <summary>What all that was given means together, and what is wrong with it.</summary>
    private (ServerAddress Server, string? Wrong) Find(CommandResult result)
    {
        ServerAddress server = new(null, null);
        string first = "";
        foreach ((string text, Func<(ServerAddress, string?)> read) in Given(result))
        {
            (ServerAddress one, string? wrong) = read();
            if (wrong is not null)
                return (server, wrong);
            if ((one.Host is { } host && server.Host is { } known && !ServerAddress.IsSameHost(host, known))
                || (one.Port is { } port && server.Port is { } knownPort && port != knownPort))
                return (server, $"{first} and {text} disagree: give the server once");
            server = new ServerAddress(server.Host ?? one.Host, server.Port ?? one.Port);
            first = first.Length == 0 ? text : first;
        }

        return (server, null);
    }

    private IEnumerable<(string Text, Func<(ServerAddress Server, string? Wrong)> Read)> Given(CommandResult result)
    {
        for (CommandResult? at = result; at is not null; at = at.Parent as CommandResult)
        {
            CommandResult place = at;
            if (Words(place) is { Length: > 0 } words)
                yield return ($"'{Printable.Text(string.Join(' ', words))}'", () => Read(place, words));
        }

        // What cannot be read is refused by the option itself.
        if (CliOption.GivenText(result, _ip) is { } ip && ServerAddress.IsHost(ip))
            yield return ($"--ip {Printable.Text(ip)}", () => (new ServerAddress(ip.Trim('[', ']'), null), null));
        if (CliOption.GivenText(result, _port) is { } text)
        {
            yield return ($"--port {Printable.Text(text)}",
                () => (new ServerAddress(null, ServerAddress.TryReadPort(text, out int port) ? port : null), null));
        }
    }

    private string[] Words(CommandResult result) =>
        _words.TryGetValue(result.Command, out Func<CommandResult, string[]>? words) ? words(result) : [];

    private (ServerAddress Server, string? Wrong) Read(CommandResult place, string[] words)
    {
        if (Stray(place, words) is { } stray)
            return (new ServerAddress(null, null), Explain(stray, isAlone: words.Length == 1, Commands(place)));
        string? wrong = ServerAddress.Read(words, program.Name, out ServerAddress server);
        return (server, wrong);
    }

    /// <summary>A word that is a command mistyped, or one that is not here, and no host; null for none.</summary>
    private string? Stray(CommandResult place, string[] words)
    {
        if (words.Contains(place.Command.Name))
            return place.Command.Name;
        bool hasPort = words is [_, var port] && ServerAddress.TryReadPort(port, out _);
        if (!hasPort && (UsageError.MayBe(words[0], Commands(place)) || (place.Command is RootCommand && IsElsewhere(words[0]))))
            return words[0];
        return words is [_, var second] && !second.Any(char.IsAsciiDigit) && !ServerAddress.IsServer(second) ? second : null;
    }

    private bool IsElsewhere(string word) => word is "help" or "version" || program.CommandsOfTcpClient.Contains(word);

    private string Explain(string stray, bool isAlone, string[] commands)
    {
        string text = program.CommandsOfTcpClient.Contains(stray)
            ? $"{UsageError.Unknown(UsageError.CommandOrArgument, stray, [])}: it is a command of TcpClient"
            : UsageError.Unknown(UsageError.CommandOrArgument, stray, IsElsewhere(stray) ? [$"--{stray}"] : commands);
        string host = $" host of that name: --ip {stray}";
        return !isAlone ? text
            : text.EndsWith('?') ? $"{text} A{host}"
            : text.EndsWith('\'') ? $"{text}: a{host}"
            : $"{text}. A{host}";
    }

    private static string[] Commands(CommandResult place) => [.. place.Command.Subcommands.Select(command => command.Name)];
}
