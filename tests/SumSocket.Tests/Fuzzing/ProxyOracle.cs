using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using SumSocket.Sockets.Proxy;

namespace SumSocket.Tests.Fuzzing;

/// <summary>The PROXY protocol said a second time, as its specification has it (proxy-protocol.txt, sections 2.1 and 2.2): version 1 with
/// patterns, version 2 field by field. No address parser and no checksum of the framework.</summary>
internal static partial class ProxyOracle
{
    private const string Signature2 = "\r\n\r\n\0\r\nQUIT\n";

    /// <summary>What the first bytes of a connection are; ends as text, null for none.</summary>
    public static (ProxyHeaderStatus Status, string? Source, string? Destination, int Length) Read(byte[] bytes)
    {
        string text = Encoding.Latin1.GetString(bytes);
        if (IsBeginOf(text, Signature2))
            return ReadBinary(bytes);
        return IsBeginOf(text, "PROXY ") ? ReadLine(text) : (ProxyHeaderStatus.Absent, null, null, 0);
    }

    [GeneratedRegex(
        @"\APROXY (?:UNKNOWN(?: .*)?|(TCP[46]) ([0-9A-Fa-f:.]+) ([0-9A-Fa-f:.]+) ([0-9]+) ([0-9]+))\z", RegexOptions.Singleline)]
    private static partial Regex Line();

    [GeneratedRegex(@"\A(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])(?:\.(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])){3}\z")]
    private static partial Regex Dotted();

    private static bool IsBeginOf(string text, string signature) =>
        string.CompareOrdinal(text, 0, signature, 0, Math.Min(text.Length, signature.Length)) == 0;

    private static (ProxyHeaderStatus Status, string? Source, string? Destination, int Length) ReadLine(string text)
    {
        string head = text[..Math.Min(text.Length, 107)];
        int end = head.IndexOf("\r\n", StringComparison.Ordinal);
        if (end < 0)
            return (head.Length < 107 ? ProxyHeaderStatus.Incomplete : ProxyHeaderStatus.Malformed, null, null, 0);
        Match match = Line().Match(head[..end]);
        if (!match.Success)
            return (ProxyHeaderStatus.Malformed, null, null, end + 2);
        if (!match.Groups[1].Success)
            return (ProxyHeaderStatus.Complete, null, null, end + 2);
        bool isFour = match.Groups[1].Value == "TCP4";
        string? source = EndPoint(match.Groups[2].Value, match.Groups[4].Value, isFour);
        string? destination = EndPoint(match.Groups[3].Value, match.Groups[5].Value, isFour);
        return source is null || destination is null
            ? (ProxyHeaderStatus.Malformed, null, null, end + 2)
            : (ProxyHeaderStatus.Complete, source, destination, end + 2);
    }

    private static string? EndPoint(string address, string port, bool isFour)
    {
        if (port.Length > 5 || (port.Length > 1 && port[0] == '0') || int.Parse(port) > 65_535)
            return null;
        byte[]? bytes = isFour ? Four(address) : Six(address);
        return bytes is null ? null : new IPEndPoint(new IPAddress(bytes), int.Parse(port)).ToString();
    }

    private static byte[]? Four(string text) => Dotted().IsMatch(text) ? [.. text.Split('.').Select(byte.Parse)] : null;

    /// <summary>RFC 4291, section 2.2: eight groups, once <c>::</c> for one or more that are zero, the last two perhaps dotted.</summary>
    private static byte[]? Six(string text)
    {
        string[] halves = text.Split("::");
        if (halves.Length > 2)
            return null;
        byte[]? left = Groups(halves[0], mayBeDotted: halves.Length == 1);
        byte[]? right = halves.Length == 1 ? [] : Groups(halves[1], mayBeDotted: true);
        if (left is null || right is null)
            return null;
        int gap = 16 - left.Length - right.Length;
        return halves.Length == 1 ? gap == 0 ? left : null : gap >= 2 ? [.. left, .. new byte[gap], .. right] : null;
    }

    private static byte[]? Groups(string text, bool mayBeDotted)
    {
        if (text.Length == 0)
            return [];
        List<byte> bytes = [];
        string[] groups = text.Split(':');
        for (int i = 0; i < groups.Length; i++)
        {
            if (mayBeDotted && i == groups.Length - 1 && Four(groups[i]) is { } dotted)
            {
                bytes.AddRange(dotted);
                continue;
            }

            if (groups[i].Length is 0 or > 4 || groups[i].Contains('.'))
                return null;
            int value = Convert.ToInt32(groups[i], 16);
            bytes.AddRange([(byte)(value >> 8), (byte)value]);
        }

        return [.. bytes];
    }

    private static (ProxyHeaderStatus Status, string? Source, string? Destination, int Length) ReadBinary(byte[] bytes)
    {
        if (bytes.Length < 16)
            return (ProxyHeaderStatus.Incomplete, null, null, 0);
        int length = 16 + (bytes[14] * 256) + bytes[15];
        bool isKnown = bytes[12] is 0x20 or 0x21;
        if (!isKnown || length > 1024)
            return (ProxyHeaderStatus.Malformed, null, null, length);
        if (bytes.Length < length)
            return (ProxyHeaderStatus.Incomplete, null, null, length);
        int size = bytes[12] == 0x20 ? 0 : bytes[13] == 0x11 ? 4 : bytes[13] == 0x21 ? 16 : 0;
        if (size == 0)
            return (ProxyHeaderStatus.Complete, null, null, length);
        int fields = 16 + (2 * size) + 4;
        if (length < fields || !AreGood(bytes[..length], fields))
            return (ProxyHeaderStatus.Malformed, null, null, length);
        string End(int address, int port) =>
            new IPEndPoint(new IPAddress(bytes[address..(address + size)]), (bytes[port] * 256) + bytes[port + 1]).ToString();
        return (ProxyHeaderStatus.Complete, End(16, fields - 4), End(16 + size, fields - 2), length);
    }

    private static bool AreGood(byte[] header, int at)
    {
        for (; at < header.Length;)
        {
            if (at + 3 > header.Length)
                return false;
            int size = (header[at + 1] * 256) + header[at + 2];
            int value = at + 3;
            if (value + size > header.Length)
                return false;
            if (header[at] == 3)
            {
                if (size != 4)
                    return false;
                uint given = 0;
                foreach (byte one in header[value..(value + 4)])
                    given = (given << 8) | one;
                byte[] blank = [.. header[..value], 0, 0, 0, 0, .. header[(value + 4)..]];
                if (Crc32C(blank) != given)
                    return false;
            }

            at = value + size;
        }

        return true;
    }

    /// <summary>RFC 3720, appendix B.4, bit by bit.</summary>
    public static uint Crc32C(byte[] bytes)
    {
        uint sum = uint.MaxValue;
        foreach (byte one in bytes)
        {
            sum ^= one;
            for (int bit = 0; bit < 8; bit++)
                sum = (sum & 1) != 0 ? (sum >> 1) ^ 0x82F63B78 : sum >> 1;
        }

        return ~sum;
    }
}
