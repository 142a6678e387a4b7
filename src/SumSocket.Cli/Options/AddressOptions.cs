namespace SumSocket.Cli.Options;

/// <summary>The options that say where: <c>--ip</c> and <c>--port</c>.</summary>
internal static class AddressOptions
{
    /// <summary>The address of all four programs, 127.0.0.1.</summary>
    public const string DefaultHost = "127.0.0.1";

    /// <summary>The port of all four programs, 5656.</summary>
    public const int DefaultPort = 5656;

    /// <summary>Where a server listens; may be given several times.</summary>
    public static Option<string[]> Listen() => new("--ip")
    {
        Description = "Address to listen on: IPv4, IPv6 or a host name; '' or '*' = every address of this machine; may be given several times",
        HelpName = "ADDRESS",
        DefaultValueFactory = _ => [DefaultHost],
        Arity = ArgumentArity.OneOrMore,
    };

    /// <summary>Which server a client asks.</summary>
    public static Option<string> Server() => CliOption.Value(
        "--ip", [], "HOST", DefaultHost, "The server's address: IPv4, IPv6 or a host name",
        (string text, out string value) =>
        {
            value = text;
            return text.Length > 0 && text != "*";
        },
        "is not a server's address: give an IPv4 or IPv6 address or a host name");

    /// <summary>The port; a server may take 0, any free one.</summary>
    public static Option<int> Port(int min) => CliOption.Value(
        "--port", ["-p"], "PORT", DefaultPort,
        string.Create(CultureInfo.InvariantCulture, $"Port, {min} to 65535") + (min == 0 ? "; 0 = any free one" : ""),
        (string text, out int value) =>
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value >= min && value <= 65_535,
        string.Create(CultureInfo.InvariantCulture, $"is not a port: give {min} to 65535"));
}
