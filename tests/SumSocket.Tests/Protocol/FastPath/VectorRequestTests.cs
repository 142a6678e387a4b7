using System.Globalization;
using System.Text;
using FluentAssertions;
using SumSocket.Protocol;
using SumSocket.Protocol.FastPath;
using Xunit;

namespace SumSocket.Tests.Protocol.FastPath;

/// <summary>The vector path beside the strict one, which knows no shortcut.</summary>
public sealed class VectorRequestTests
{
    private static readonly int _messages = Fuzz.Cases(300_000);

    private static readonly string[] _numbers =
    [
        "0", "-0", "7", "-7", "00", "01", "-01", "-", "--1", "1-", "", "1.5", "1e2",
        "999999999999999", "-999999999999999", "9999999999999999", "-9999999999999999", "12345678901234567",
    ];

    private static readonly byte[] _notableBytes = [.. "-0123456789,:{}\"AB ./\n"u8, 0, 0x3A, 0x80, 0xB0, 0xFF];

    private readonly Random _random = new(11);

    [Fact]
    public void Reads_what_the_strict_path_reads_or_leaves_it()
    {
        Assert.SkipUnless(VectorRequest.IsSupported, "this processor has no vectors of 32 bytes");
        int read = 0;
        for (int i = 0; i < _messages; i++)
        {
            byte[] bytes = Encoding.Latin1.GetBytes(
                $$"""{"A":{{Number()}},"B":{{Number()}}}""" + "\n{\"A\":1804289383,\"B\":-846930886}\n");
            if (i % 2 == 0)
                bytes[_random.Next(VectorRequest.Reach)] = _notableBytes[_random.Next(_notableBytes.Length)];
            int length = VectorRequest.Read(bytes, out Request actual);
            if (length == 0)
                continue;
            read++;
            RequestDecoder strict = default;
            DecodeStatus status = strict.DecodeAnyShape(bytes, out int consumed, out Request expected);
            if (status != DecodeStatus.Message || consumed != length || actual != expected)
                Assert.Fail(
                    $"{Encoding.Latin1.GetString(bytes)}: {actual} of {length} bytes, but strictly {status} {expected} of {consumed}");
        }

        read.Should().BeGreaterThan(_messages / 3, "else this proves little");
    }

    [Theory]
    [InlineData("7", "4")]
    [InlineData("-0", "0")]
    [InlineData("-2147483648", "2147483647")]
    [InlineData("9999999999999999", "-9")]
    [InlineData("-9", "9999999999999999")]
    [InlineData("-999999999999999", "-9999999999")]
    public void Takes_the_usual_spelling(string a, string b)
    {
        Assert.SkipUnless(VectorRequest.IsSupported, "this processor has no vectors of 32 bytes");
        string message = $$"""{"A":{{a}},"B":{{b}}}""";
        VectorRequest.Read(Encoding.ASCII.GetBytes(message.PadRight(VectorRequest.Reach)), out Request request).Should().Be(message.Length);
        request.Should().Be(new Request(long.Parse(a), long.Parse(b)));
    }

    [Fact]
    public void Looks_no_further_than_it_says()
    {
        Assert.SkipUnless(VectorRequest.IsSupported, "this processor has no vectors of 32 bytes");
        byte[] bytes = Encoding.ASCII.GetBytes("""{"A":9999999999999999,"B":9999999999}""".PadRight(VectorRequest.Reach + 64, '9'));
        VectorRequest.Read(bytes, out Request near);
        bytes.AsSpan(VectorRequest.Reach).Clear();
        VectorRequest.Read(bytes, out Request far);
        near.Should().Be(new Request(9_999_999_999_999_999, 9_999_999_999)).And.Be(far);
    }

    private string Number() => _random.Next(8) == 0
        ? _numbers[_random.Next(_numbers.Length)]
        : RandomMessages.Number(_random).ToString(CultureInfo.InvariantCulture);
}
