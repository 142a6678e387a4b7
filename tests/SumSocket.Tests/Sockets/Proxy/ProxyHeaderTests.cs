using System.Net;
using System.Text;
using FluentAssertions;
using SumSocket.Sockets.Proxy;
using Xunit;

namespace SumSocket.Tests.Sockets.Proxy;

public sealed class ProxyHeaderTests
{
    private const string Signature2 = "0d0a0d0a000d0a515549540a";
    private const string Request = "{\"A\":7,\"B\":4}";

    [Theory]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.7 56324 5656", "192.0.2.1:56324", "198.51.100.7:5656")]
    [InlineData("PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535", "255.255.255.255:65535", "255.255.255.255:65535")]
    [InlineData("PROXY TCP6 2001:db8::1 ::ffff:198.51.100.7 1 0", "[2001:db8::1]:1", "[::ffff:198.51.100.7]:0")]
    [InlineData("PROXY TCP6 2001:0DB8:0:0:0:0:0:1 ::1 80 443", "[2001:db8::1]:80", "[::1]:443")]
    [InlineData("PROXY UNKNOWN", null, null)]
    [InlineData("PROXY UNKNOWN ffff:ffff whatever may stand here", null, null)]
    public void Reads_version_1(string line, string? source, string? destination) =>
        ReadsWherever(Encoding.ASCII.GetBytes(line + "\r\n"), source, destination);

    [Theory]
    [InlineData("21 11 000c c0000201 c6336407 dc04 1618", "192.0.2.1:56324", "198.51.100.7:5656")]
    [InlineData("21 21 0024 20010db8000000000000000000000001 00000000000000000000000000000001 0050 01bb", "[2001:db8::1]:80", "[::1]:443")]
    [InlineData("21 11 0011 c0000201 c6336407 dc04 1618 04 0002 0000", "192.0.2.1:56324", "198.51.100.7:5656")] // a field of padding
    [InlineData("21 11 0013 c0000201 c6336407 dc04 1618 03 0004 847438e8", "192.0.2.1:56324", "198.51.100.7:5656")] // and of a checksum
    [InlineData("20 00 0000", null, null)] // a proxy's own connection
    [InlineData("20 11 000c c0000201 c6336407 dc04 1618", null, null)]
    [InlineData("20 11 0003 c00002", null, null)] // whatever it says
    [InlineData("21 00 0003 010203", null, null)] // a protocol that has no such addresses
    [InlineData("21 12 000c c0000201 c6336407 dc04 1618", null, null)] // UDP
    public void Reads_version_2(string hex, string? source, string? destination) =>
        ReadsWherever(Convert.FromHexString(Signature2 + hex.Replace(" ", "")), source, destination);

    [Theory]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.7 56324\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.7 56324 5656 \r\n")]
    [InlineData("PROXY  TCP4 192.0.2.1 198.51.100.7 56324 5656\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.7 56324 65536\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.7 056324 5656\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.7 +5 5656\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.7 5 5656\0\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.7 5\0\0 5656\r\n")]
    [InlineData("PROXY TCP4 192.0.2 198.51.100.7 5 5656\r\n")]
    [InlineData("PROXY TCP4 192.0.2.01 198.51.100.7 5 5656\r\n")]
    [InlineData("PROXY TCP4 ::1 ::1 5 5656\r\n")]
    [InlineData("PROXY TCP6 192.0.2.1 198.51.100.7 5 5656\r\n")]
    [InlineData("PROXY TCP6 fe80::1%1 ::1 5 5656\r\n")]
    [InlineData("PROXY TCP6 [::1] ::1 5 5656\r\n")]
    [InlineData("PROXY UDP4 192.0.2.1 198.51.100.7 5 5656\r\n")]
    [InlineData("PROXY UNKNOWNX\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.7 5 5656\n\r\n")]
    public void Refuses_what_breaks_the_rules_of_version_1(string text) =>
        ProxyHeader.Read(Encoding.ASCII.GetBytes(text), out _, out _).Should().Be(ProxyHeaderStatus.Malformed);

    [Theory]
    [InlineData("11 11 000c c0000201 c6336407 dc04 1618")] // version 1
    [InlineData("22 11 000c c0000201 c6336407 dc04 1618")] // no such command
    [InlineData("21 11 000b c0000201 c6336407 dc04 16")] // too short for the addresses
    [InlineData("21 11 000e c0000201 c6336407 dc04 1618 0400")] // half a field
    [InlineData("21 11 000f c0000201 c6336407 dc04 1618 04 0001")] // a field that goes beyond the header
    [InlineData("21 11 0013 c0000201 c6336407 dc04 1618 03 0004 847438e9")] // a wrong checksum
    [InlineData("21 11 0012 c0000201 c6336407 dc04 1618 03 0003 847438")]
    [InlineData("21 11 ffff")] // longer than any that is read
    public void Refuses_what_breaks_the_rules_of_version_2(string hex) =>
        ProxyHeader.Read(Convert.FromHexString(Signature2 + hex.Replace(" ", "")), out _, out _).Should().Be(ProxyHeaderStatus.Malformed);

    [Theory]
    [InlineData(Request)]
    [InlineData("PROXX")]
    [InlineData("\r\n{")]
    [InlineData("\r\n\r\n{")]
    [InlineData("GET / HTTP/1.1\r\n")]
    [InlineData("\u0016\u0003\u0001")]
    public void Knows_what_is_no_header(string text) =>
        ProxyHeader.Read(Encoding.Latin1.GetBytes(text), out _, out _).Should().Be(ProxyHeaderStatus.Absent);

    [Fact]
    public void A_line_that_does_not_end_in_time_is_refused() =>
        ProxyHeader.Read(Encoding.ASCII.GetBytes("PROXY UNKNOWN ".PadRight(107)), out _, out _).Should().Be(ProxyHeaderStatus.Malformed);

    [Theory]
    [InlineData("192.0.2.1:56324", "198.51.100.7:5656")]
    [InlineData("[2001:db8::1]:80", "[fe80::1%1]:443")]
    [InlineData("192.0.2.1:56324", "[::1]:5656")] // two families: there is no header for that
    [InlineData(null, null)]
    public void Writes_what_it_reads(string? source, string? destination)
    {
        IPEndPoint? from = source is null ? null : IPEndPoint.Parse(source);
        IPEndPoint? to = destination is null ? null : IPEndPoint.Parse(destination);
        bool isKnown = from is not null && from.AddressFamily == to!.AddressFamily;

        ReadsWherever(ProxyHeaderV1.Write(from, to), isKnown ? source : null, isKnown ? destination!.Replace("%1", "") : null);
        ReadsWherever(ProxyHeaderV2.Write(from, to), isKnown ? source : null, isKnown ? destination!.Replace("%1", "") : null);
    }

    [Fact]
    public void Whatever_the_bytes_are_it_neither_fails_nor_takes_more_than_there_are()
    {
        Random random = new(7);
        byte[][] seeds =
        [
            Encoding.ASCII.GetBytes("PROXY TCP4 192.0.2.1 198.51.100.7 56324 5656\r\n"),
            Convert.FromHexString(Signature2 + "21110013c0000201c6336407dc041618030004847438e8"),
        ];
        for (int i = 0; i < 100_000; i++)
        {
            byte[] bytes = [.. seeds[i % 2]];
            for (int change = random.Next(4); change > 0; change--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);

            ProxyHeaderStatus status = ProxyHeader.Read(bytes.AsSpan(0, random.Next(bytes.Length + 1)), out _, out int length);

            if (status == ProxyHeaderStatus.Complete)
                length.Should().BeInRange(15, bytes.Length);
        }
    }

    /// <summary>The header is read however it is cut, and nothing behind it.</summary>
    private static void ReadsWherever(byte[] header, string? source, string? destination)
    {
        for (int cut = 0; cut < header.Length; cut++)
            ProxyHeader.Read(header.AsSpan(0, cut), out _, out _).Should().Be(ProxyHeaderStatus.Incomplete, $"there are {cut} bytes");
        foreach (string behind in (string[])["", Request])
        {
            byte[] all = [.. header, .. Encoding.ASCII.GetBytes(behind)];

            ProxyHeader.Read(all, out ProxyHeader read, out int length).Should().Be(ProxyHeaderStatus.Complete);

            length.Should().Be(header.Length);
            (read.Source?.ToString()).Should().Be(source);
            (read.Destination?.ToString()).Should().Be(destination);
        }
    }
}
