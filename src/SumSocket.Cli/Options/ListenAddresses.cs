using System.Net;
using System.Net.Sockets;
using SumSocket.Sockets;

namespace SumSocket.Cli.Options;

/// <summary>Turns what <c>--ip</c> says into addresses to bind.</summary>
internal static class ListenAddresses
{
    /// <summary>Every address each text means, in order and each once.</summary>
    /// <param name="texts">Addresses and host names; empty and <c>*</c> for every address of this machine.</param>
    /// <param name="port">The port of all of them.</param>
    /// <param name="hasIPv6">Whether the machine has IPv6.</param>
    /// <exception cref="CommandFailedException">A name cannot be resolved.</exception>
    public static async Task<IReadOnlyList<IPEndPoint>> ResolveAsync(IReadOnlyList<string> texts, int port, bool hasIPv6)
    {
        List<IPAddress> addresses = [];
        foreach (string text in texts)
            addresses.AddRange(await ResolveAsync(text, hasIPv6).ConfigureAwait(false));
        return [.. addresses.Distinct().Select(address => new IPEndPoint(address, port))];
    }

    private static async Task<IPAddress[]> ResolveAsync(string text, bool hasIPv6)
    {
        if (text is "" or "*")
            return hasIPv6 ? [IPAddress.Any, IPAddress.IPv6Any] : [IPAddress.Any];
        if (IPAddress.TryParse(text, out IPAddress? address))
            return [address];
        try
        {
            IPAddress[] found = await Dns.GetHostAddressesAsync(text).ConfigureAwait(false);
            return [.. found.Where(candidate => hasIPv6 || candidate.AddressFamily == AddressFamily.InterNetwork)];
        }
        catch (SocketException failure)
        {
            throw Unknown(text, SocketErrors.Describe(failure.SocketErrorCode));
        }
        catch (ArgumentException)
        {
            throw Unknown(text, "no host name");
        }
    }

    private static CommandFailedException Unknown(string text, string why) =>
        new(ExitCode.Unreachable, $"cannot listen on '{Printable.Text(text)}': {why}");
}
