using System.Text;
using SumSocket.Sockets.Proxy;
using Xunit;

namespace SumSocket.Tests.Fuzzing;

/// <summary>PROXY headers, good and bad, of both versions and cut anywhere, against <see cref="ProxyOracle"/>.</summary>
public sealed class ProxyFuzzTests(ITestOutputHelper output)
{
    private static readonly string[] _fours =
        ["192.0.2.1", "0.0.0.0", "255.255.255.255", "10.1.2.3", "256.1.1.1", "01.2.3.4", "1.2.3", "1.2.3.4.5", "0x1.2.3.4", "1", "", "::1"];

    private static readonly string[] _sixes =
    [
        "2001:db8::1", "::", "::1", "1::", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7",
        ":::",
        "::ffff:192.0.2.1", "1:2:3:4:5:6:192.0.2.1", "192.0.2.1::", "::192.0.2.256", "fe80::1%1", "[::1]", "::1/64", "12345::", "::g",
        "1::2::3",
        "FFFF:ABCD::", "::ffff:01.2.3.4", "1:", ":1", "::0x1", "192.0.2.1",
    ];

    private static readonly string[] _ports =
        ["0", "1", "5656", "65535", "65536", "00", "056", "-1", "+1", " 1", "5\0", "", "99999999999999999999"];

    private readonly Dictionary<string, int> _reached = [];
    private Random _random = new(0);

    // rule P2
    [Fact]
    public void Headers_in_any_pieces_are_what_the_oracle_reads()
    {
        int seed = Fuzz.Seed(output), cases = Fuzz.Cases(30_000);
        _random = new Random(seed);
        for (int i = 0; i < cases; i++)
        {
            byte[] all = Damage(_random.Next(2) == 0 ? Line() : Binary());
            for (int cut = all.Length; cut >= 0; cut = cut == 0 ? -1 : _random.Next(cut))
            {
                byte[] bytes = all[..cut];
                ProxyHeaderStatus status = ProxyHeader.Read(bytes, out ProxyHeader header, out int length);
                if (status != ProxyHeaderStatus.Complete)
                    length = 0;
                var actual = (status, header.Source?.ToString(), header.Destination?.ToString(), length);
                var expected = ProxyOracle.Read(bytes);
                if (expected.Status != ProxyHeaderStatus.Complete)
                    expected.Length = 0;
                if (actual != expected)
                    Assert.Fail($"Header {i} of SUMSOCKET_TEST_SEED={seed}, {cut} bytes:\n{Convert.ToHexString(bytes)}\n"
                        + $"{Encoding.Latin1.GetString(bytes)}\nexpected {expected}\nactual   {actual}");
                string outcome = $"{status}{(header.Source is null ? "" : " with addresses")}";
                _reached[outcome] = _reached.GetValueOrDefault(outcome) + 1;
            }
        }

        Fuzz.Report(output, cases, _reached);
        Assert.Equal(5, _reached.Count);
    }

    private byte[] Line()
    {
        string family = Any(["TCP4", "TCP6", "TCP4", "TCP6", "UNKNOWN", "UDP4", "TCP"]);
        string[] addresses = family == "TCP4" ? _fours : _sixes;
        bool isGood = _random.Next(3) > 0; // the good ones come first
        string rest = family == "UNKNOWN" && _random.Next(2) == 0
            ? Any(["", " ", "X", " anything at all"])
            : $" {Any(addresses, isGood)} {Any(addresses, isGood)} {Any(_ports, isGood)} {Any(_ports, isGood)}";
        return Encoding.Latin1.GetBytes($"PROXY {family}{rest}\r\n{Any(["", "{\"A\":7,\"B\":4}", "\r\n"])}");
    }

    private byte[] Binary()
    {
        byte command = (byte)Any([0x21, 0x21, 0x21, 0x20, 0x22, 0x11]);
        byte family = (byte)Any([0x11, 0x21, 0x11, 0x21, 0x12, 0x31, 0x00]);
        byte[] addresses = new byte[family == 0x11 ? 12 : family == 0x21 ? 36 : _random.Next(40)];
        _random.NextBytes(addresses);
        List<byte> body = [.. addresses];
        int checksumAt = -1;
        for (int fields = _random.Next(4); fields > 0; fields--)
        {
            bool isChecksum = _random.Next(3) == 0;
            byte[] value = new byte[isChecksum ? _random.Next(8) == 0 ? 3 : 4 : _random.Next(_random.Next(20) == 0 ? 1200 : 20)];
            _random.NextBytes(value);
            if (isChecksum)
                checksumAt = 16 + body.Count + 3;
            body.AddRange([(byte)(isChecksum ? 3 : _random.Next(256)), (byte)(value.Length >> 8), (byte)value.Length, .. value]);
        }

        byte[] header =
        [
            .. "\r\n\r\n\0\r\nQUIT\n"u8, command, family, (byte)(body.Count >> 8), (byte)body.Count, .. body,
            .. "{\"A\":7,"u8[..(_random.Next(2) * 7)],
        ];
        if (checksumAt > 0 && checksumAt + 4 <= 16 + body.Count && _random.Next(4) > 0)
        {
            header.AsSpan(checksumAt, 4).Clear();
            uint sum = ProxyOracle.Crc32C(header[..(16 + body.Count)]);
            (header[checksumAt], header[checksumAt + 1]) = ((byte)(sum >> 24), (byte)(sum >> 16));
            (header[checksumAt + 2], header[checksumAt + 3]) = ((byte)(sum >> 8), (byte)sum);
        }

        return header;
    }

    private byte[] Damage(byte[] header)
    {
        for (int faults = _random.Next(3) == 0 ? _random.Next(1, 3) : 0; faults > 0; faults--)
        {
            header[_random.Next(header.Length)] =
                (byte)(_random.Next(2) == 0 ? _random.Next(256) : Any([' ', '\r', '\n', '0', ':', '.', '%', '/']));
        }

        return header;
    }

    private string Any(string[] choices, bool isGood) => choices[_random.Next(isGood ? 4 : choices.Length)];

    private T Any<T>(T[] choices) => choices[_random.Next(choices.Length)];
}
