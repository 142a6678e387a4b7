using System.Globalization;

namespace SumSocket.Sockets;

/// <summary>A server as users write it.</summary>
internal static class HostAndPort
{
    /// <summary><c>example.org:5656</c>, <c>[::1]:5656</c>: an IPv6 address gets brackets, once (RFC 3986, section 3.2.2).</summary>
    /// <param name="host">A name or an address; an IPv6 address with or without brackets.</param>
    /// <param name="port">The port.</param>
    public static string Format(string host, int port)
    {
        ArgumentNullException.ThrowIfNull(host);
        return host.Contains(':', StringComparison.Ordinal)
            ? string.Create(CultureInfo.InvariantCulture, $"[{host.Trim('[', ']')}]:{port}")
            : string.Create(CultureInfo.InvariantCulture, $"{host}:{port}");
    }

    /// <summary>An IPv4 address that is mapped into IPv6, as sockets for both have it, as itself (RFC 4291, section 2.5.5.2).</summary>
    public static IPAddress Unmapped(this IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
