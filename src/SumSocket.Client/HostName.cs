using System.Net;

namespace SumSocket.Client;

/// <summary>What a user names a server by: an address or a name.</summary>
internal static class HostName
{
    /// <summary>Its addresses, in the order to try them.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">The name has none.</exception>
    /// <exception cref="ArgumentException">It can be no name, one of 300 characters for example.</exception>
    public static async Task<IPAddress[]> ResolveAsync(string host, CancellationToken stop) => IPAddress.TryParse(host, out IPAddress? address)
        ? [address]
        : await Dns.GetHostAddressesAsync(host, stop).ConfigureAwait(false);
}
