using System.CommandLine.Parsing;
using SumSocket.Cli.Terminal;
using SumSocket.Server.Tcp;

namespace SumSocket.Apps;

/// <summary>The options of PROXY protocol.</summary>
internal sealed class ServerProxyOptions
{
    private readonly Option<ProxyMode> _mode = CliOption.Choice<ProxyMode>(
        "--proxy-protocol",
        "Each connection begins with a header of PROXY protocol, version 1 or 2, that names the client's address; optional: or with none");
    private readonly Option<IPNetwork[]> _senders = new("--proxy-from")
    {
        Description = "Who may send such headers: an address or a network such as 10.0.0.0/8; may be given several times",
        HelpName = "CIDR",
        Arity = ArgumentArity.OneOrMore,
        CustomParser = ReadNetworks,
    };

    public IReadOnlyList<Option> All => [_mode, _senders];

    public void Validate(CommandResult result)
    {
        bool hasMode = CliOption.GivenText(result, _mode) is { } mode && mode != "none";
        bool hasSenders = CliOption.IsGiven(result, _senders);
        if (hasMode && !hasSenders)
            result.AddError("--proxy-protocol: believes no address yet: give --proxy-from");
        else if (!hasMode && hasSenders)
            result.AddError("--proxy-from: needs --proxy-protocol required or optional");
    }

    /// <summary>What they mean to the library; null without PROXY protocol.</summary>
    public ProxyServerOptions? Bind(ParseResult parsed) => parsed.GetValue(_mode) is var mode and not ProxyMode.None
        ? new ProxyServerOptions { Senders = parsed.GetValue(_senders)!, IsRequired = mode == ProxyMode.Required }
        : null;

    private static IPNetwork[] ReadNetworks(ArgumentResult result)
    {
        List<IPNetwork> networks = [];
        foreach (Token token in result.Tokens)
        {
            if (TryReadNetwork(token.Value, out IPNetwork network))
                networks.Add(network);
            else
                result.AddError(
                    $"--proxy-from: '{Printable.Text(token.Value)}' is no address or network: give one such as 10.0.0.7 or 10.0.0.0/8");
        }

        return [.. networks];
    }

    private static bool TryReadNetwork(string text, out IPNetwork network)
    {
        if (IPNetwork.TryParse(text, out network))
            return true;
        if (!IPAddress.TryParse(text, out IPAddress? address) || !text.AsSpan().ContainsAny('.', ':'))
            return false; // 10 would be 0.0.0.10
        network = new IPNetwork(address, address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? 32 : 128);
        return true;
    }
}

/// <summary>Whether connections begin with a PROXY header.</summary>
internal enum ProxyMode
{
    None,
    Required,
    Optional,
}
