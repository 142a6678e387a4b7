using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace SumSocket.Sockets.Proxy;

/// <summary>Version 1, a line of text: <c>PROXY TCP4 192.0.2.1 198.51.100.7 56324 5656</c> and CR LF (proxy-protocol.txt, section
/// 2.1).</summary>
internal static class ProxyHeaderV1
{
    /// <summary>The longest line, its CR LF included.</summary>
    public const int MaxLength = 107;

    public static ReadOnlySpan<byte> Signature => "PROXY "u8;

    public static ProxyHeaderStatus Read(ReadOnlySpan<byte> bytes, out ProxyHeader header, out int length)
    {
        (header, length) = (default, 0);
        int end = bytes[..Math.Min(bytes.Length, MaxLength)].IndexOf("\r\n"u8);
        if (end < 0)
            return bytes.Length < MaxLength ? ProxyHeaderStatus.Incomplete : ProxyHeaderStatus.Malformed;
        length = end + 2;
        ReadOnlySpan<byte> line = bytes[Signature.Length..end];
        if (line.StartsWith("UNKNOWN"u8)) // whatever follows it
            return line.Length == 7 || line[7] == ' ' ? ProxyHeaderStatus.Complete : ProxyHeaderStatus.Malformed;
        return TryReadAddresses(line, out header) ? ProxyHeaderStatus.Complete : ProxyHeaderStatus.Malformed;
    }

    /// <summary>Writes a header.</summary>
    /// <param name="source">The client's address; null writes <c>UNKNOWN</c>.</param>
    /// <param name="destination">The address that it connected to, of the same family.</param>
    public static byte[] Write(IPEndPoint? source, IPEndPoint? destination)
    {
        if (source is null || destination is null || source.AddressFamily != destination.AddressFamily)
            return [.. "PROXY UNKNOWN\r\n"u8];
        string family = source.AddressFamily == AddressFamily.InterNetwork ? "TCP4" : "TCP6";
        return Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture, $"PROXY {family} {Text(source)} {Text(destination)} {source.Port} {destination.Port}\r\n"));
    }

    private static string Text(IPEndPoint endPoint) => new IPAddress(endPoint.Address.GetAddressBytes()).ToString(); // without a scope

    private static bool TryReadAddresses(ReadOnlySpan<byte> line, out ProxyHeader header)
    {
        header = default;
        if (Encoding.ASCII.GetString(line).Split(' ') is not [("TCP4" or "TCP6") and var family, var from, var to, var fromPort, var toPort]
            || !TryRead(from, fromPort, family, out IPEndPoint? source) || !TryRead(to, toPort, family, out IPEndPoint? destination))
            return false;
        header = new ProxyHeader(source, destination);
        return true;
    }

    /// <summary>Takes only what the specification allows: the parsers alone would also take 1 for 0.0.0.1, scopes, and zero bytes behind a
    /// port.</summary>
    private static bool TryRead(string address, string port, string family, [NotNullWhen(true)] out IPEndPoint? endPoint)
    {
        endPoint = null;
        if (!IPAddress.TryParse(address, out IPAddress? value)
            || !ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out ushort number))
            return false;
        bool isGood = family == "TCP4"
            ? value.AddressFamily == AddressFamily.InterNetwork && value.ToString() == address
            : value.AddressFamily == AddressFamily.InterNetworkV6 && !address.AsSpan().ContainsAny("[]%");
        if (isGood && port[^1] != '\0' && (port.Length == 1 || port[0] != '0'))
            endPoint = new IPEndPoint(value, number);
        return endPoint is not null;
    }
}
