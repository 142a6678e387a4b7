using System.Net;
using System.Net.Sockets;
using SumSocket.Sockets;

namespace SumSocket.Cli.Options;

/// <summary>The options that say where: <c>--ip</c> and <c>--port</c>.</summary>
internal static class AddressOptions
{
    private const string DefaultHost = "127.0.0.1";
    private const int DefaultPort = 5656;

    /// <summary>Where a server listens; may be given several times.</summary>
    public static Option<string[]> Listen() => new("--ip")
    {
        Description = "Address to listen on: IPv4, IPv6 or a host name; '' or '*' = every address of this machine; "
            + "may be given several times",
        HelpName = "ADDRESS",
        DefaultValueFactory = _ => [DefaultHost],
        Arity = ArgumentArity.OneOrMore,
    };

    /// <summary>The server that a client sends to.</summary>
    public static Option<string> Server()
    {
        Option<string> option = ServerByName();
        option.Validators.Add(result =>
        {
            if (result.Tokens is [.., var last] && WhyUnscoped(last.Value) is { } why)
                result.AddError($"--ip: '{Printable.Text(last.Value)}' {why}");
        });
        return option;
    }

    private static Option<string> ServerByName() => CliOption.Value(
        "--ip", [], "HOST", DefaultHost, "The server's address: IPv4, IPv6 or a host name",
        (string text, out string value) =>
        {
            value = text;
            return ServerAddress.IsHost(text) && !HasPort(text);
        },
        "is not a server's address: give an IPv4 or IPv6 address or a host name, and its port with --port");

    /// <summary>The port; a server may take 0, any free one.</summary>
    public static Option<int> Port(int min) => CliOption.Value(
        "--port", ["-p"], "PORT", DefaultPort,
        string.Create(CultureInfo.InvariantCulture, $"Port, {min} to 65535") + (min == 0 ? "; 0 = any free one" : ""),
        (string text, out int value) =>
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value >= min && value <= 65_535,
        string.Create(CultureInfo.InvariantCulture, $"is not a port: give {min} to 65535"));

    /// <summary>Every address that the values of <see cref="Listen"/> mean, in order and each once.</summary>
    /// <exception cref="CommandFailedException">A name cannot be resolved.</exception>
    public static async Task<IReadOnlyList<IPEndPoint>> ResolveAsync(IReadOnlyList<string> texts, int port, bool hasIPv6)
    {
        List<IPAddress> addresses = [];
        foreach (string text in texts)
            addresses.AddRange(await ResolveAsync(text, hasIPv6).ConfigureAwait(false));
        return [.. addresses.Distinct().Select(address => new IPEndPoint(address, port))];
    }

    /// <summary>Whether it is no address, for its colon: an address in brackets is parsed with a port behind it, which is then
    /// ignored.</summary>
    private static bool HasPort(string text) => text.Contains("]:", StringComparison.Ordinal)
        || (text.Contains(':', StringComparison.Ordinal) && !IPAddress.TryParse(text, out _));

    /// <summary>Why an address of a single link (RFC 4007) cannot be used; null for any other text. The parser takes an interface that does
    /// not exist for none.</summary>
    public static string? WhyUnscoped(string text)
    {
        string bare = text.Trim('[', ']');
        if (!IPAddress.TryParse(bare, out IPAddress? address) || address is not { IsIPv6LinkLocal: true, ScopeId: 0 })
            return null;
        int at = bare.IndexOf('%', StringComparison.Ordinal);
        return at < 0
            ? $"is an address of one link: name the interface to it, such as {bare}%eth0"
            : $"names an interface that this machine does not have: '{Printable.Text(bare[(at + 1)..])}'";
    }

    private static async Task<IPAddress[]> ResolveAsync(string text, bool hasIPv6)
    {
        if (text is "" or "*")
            return hasIPv6 ? [IPAddress.Any, IPAddress.IPv6Any] : [IPAddress.Any];
        if (HasPort(text) || text.All(char.IsAsciiDigit)) // a port, which the parser of addresses would take
        {
            throw new CommandFailedException(
                ExitCode.Usage,
                $"--ip: '{Printable.Text(text)}' is not an address: give an IPv4 or IPv6 address or a host name, and the port with --port");
        }

        if (WhyUnscoped(text) is { } wrong)
            throw new CommandFailedException(ExitCode.Unreachable, $"cannot listen on '{Printable.Text(text)}': it {wrong}");
        if (IPAddress.TryParse(text, out IPAddress? address))
            return [address.Unmapped()];
        try
        {
            IPAddress[] found = await Dns.GetHostAddressesAsync(text).ConfigureAwait(false);
            return [.. found.Where(candidate => hasIPv6 || candidate.AddressFamily == AddressFamily.InterNetwork)];
        }
        catch (Exception failure) when (failure is SocketException or ArgumentException)
        {
            string why = failure is SocketException error ? SocketErrors.Describe(error.SocketErrorCode) : "no host name";
            throw new CommandFailedException(ExitCode.Unreachable, $"cannot listen on '{Printable.Text(text)}': {why}");
        }
    }
}
