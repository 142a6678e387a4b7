using System.Net;

namespace SumSocket.Cli.Options;

/// <summary>A server as people type it: <c>10.0.0.9 5656</c>, <c>10.0.0.9:5656</c>, <c>[::1]:5656</c>, <c>tcp://example.org:5656</c>.
/// </summary>
/// <param name="Host">An address without brackets, or a name; null where only a port is known.</param>
/// <param name="Port">Null where only a host is known.</param>
internal sealed record ServerAddress(string? Host, int? Port)
{
    private const int MaxPort = 65_535;

    /// <summary>Whether a word can be nothing but a server: no number, and no name alone.</summary>
    public static bool IsUnmistakable(string word) =>
        word.Contains(':', StringComparison.Ordinal) && word[0] is not ('{' or '-');

    /// <summary>An address, or what can be a name. To the parser of addresses a number alone is one too.</summary>
    public static bool IsHost(string host) => host.Length > 0 && host[0] != '-' && !host.All(char.IsAsciiDigit)
        && (host.All(c => char.IsLetterOrDigit(c) || c is '.' or '-' or '_') || IPAddress.TryParse(host, out _));

    /// <summary>Whether a word can be a server with or without a port, and is no port, number or command.</summary>
    public static bool IsServer(string word) =>
        IsUnmistakable(word) || (IsHost(word) && word.Contains('.', StringComparison.Ordinal) && !double.TryParse(word, out _));

    /// <summary>Reads a host, which may have its port, or a host and its port.</summary>
    /// <param name="words">One or two.</param>
    /// <param name="scheme">What may stand in front of <c>://</c>.</param>
    /// <param name="server">What they mean.</param>
    /// <returns>Why they mean nothing; null when they were read.</returns>
    public static string? Read(IReadOnlyList<string> words, string scheme, out ServerAddress server)
    {
        string? wrong = ReadOne(words[0], scheme, out server);
        if (wrong is not null || words.Count == 1)
            return wrong;
        if (!TryReadPort(words[1], out int port))
            return IsServer(words[1]) ? $"'{Printable.Text(words[1])}' is a second server: give one" : IsNotPort(words[1]);
        if (server.Port is { } other && other != port)
            return $"'{Printable.Text(words[0])}' and the port '{Printable.Text(words[1])}' disagree: give the port once";
        server = server with { Port = port };
        return null;
    }

    /// <summary>Reads 1 to 65535.</summary>
    public static bool TryReadPort(string text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is >= 1 and <= MaxPort;

    /// <summary>Whether both name the same host, as far as can be seen without a resolver.</summary>
    public static bool IsSameHost(string one, string other) =>
        IPAddress.TryParse(one, out IPAddress? address) && IPAddress.TryParse(other, out IPAddress? otherAddress)
            ? address.Equals(otherAddress)
            : string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    private static string? ReadOne(string word, string scheme, out ServerAddress server)
    {
        server = new ServerAddress(null, null);
        string rest = word;
        if (word.IndexOf("://", StringComparison.Ordinal) is >= 0 and var at)
        {
            if (!word[..at].Equals(scheme, StringComparison.OrdinalIgnoreCase))
                return $"'{Printable.Text(word)}' is not of this program: give {scheme}://HOST:PORT";
            rest = word[(at + 3)..].TrimEnd('/');
        }

        (string? host, string? port) = Split(rest);
        if (host is null || !IsHost(host))
            return $"'{Printable.Text(word)}' is no server: give HOST PORT, HOST:PORT, [IPV6]:PORT or {scheme}://HOST:PORT";
        if (AddressOptions.WhyUnscoped(host) is { } why)
            return $"'{Printable.Text(word)}' {why}";
        int number = 0;
        if (port is not null && !TryReadPort(port, out number))
            return IsNotPort(port);
        server = new ServerAddress(host, port is null ? null : number);
        return null;
    }

    private static string IsNotPort(string text) => $"'{Printable.Text(text)}' is not a port: give 1 to {MaxPort}";

    /// <summary>A colon begins the port, but in an IPv6 address without brackets.</summary>
    private static (string? Host, string? Port) Split(string text)
    {
        int end = text.IndexOf(']', StringComparison.Ordinal);
        if (text.StartsWith('[') && end > 0 && IPAddress.TryParse(text[1..end], out _))
        {
            return text[(end + 1)..] switch
            {
                "" => (text[1..end], null),
                [':', .. var port] => (text[1..end], port),
                _ => (null, null),
            };
        }

        int colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
            return (text, null);
        if (text.IndexOf(':', colon + 1) < 0)
            return (text[..colon], text[(colon + 1)..]);
        return IPAddress.TryParse(text, out _) && !text.StartsWith('[') ? (text, null) : (null, null);
    }
}
