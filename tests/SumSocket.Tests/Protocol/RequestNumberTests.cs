using System.Text;
using FluentAssertions;
using SumSocket.Protocol;
using SumSocket.Protocol.Json;
using Xunit;

namespace SumSocket.Tests.Protocol;

/// <summary>What is a number, what is an integer and what fits, for each member, alone in the buffer, followed and on both paths.</summary>
public sealed class RequestNumberTests
{
    private const ErrorCode None = ErrorCode.None;
    private const ErrorCode Range = ErrorCode.OutOfRange;
    private const ErrorCode Kind = ErrorCode.NotAnInteger;
    private const ErrorCode Json = ErrorCode.InvalidJson;

    public static TheoryData<string, ErrorCode, long> Numbers { get; } = new()
    {
        { "0", None, 0 },
        { "-0", None, 0 },
        { "7", None, 7 },
        { "-7", None, -7 },
        { "10", None, 10 },
        { "1234567", None, 1234567 },
        { "12345678", None, 12345678 },
        { "123456789", None, 123456789 },
        { "-2147483648", None, int.MinValue },
        { "4294967296", None, 1L << 32 },
        { "1234567890123456", None, 1234567890123456 },
        { "12345678901234567", None, 12345678901234567 },
        { "999999999999999999", None, 999999999999999999 },
        { "1000000000000000000", None, 1000000000000000000 },
        { "9223372036854775807", None, long.MaxValue },
        { "-9223372036854775808", None, long.MinValue },
        { "9223372036854775808", Range, 0 },
        { "-9223372036854775809", Range, 0 },
        { "9999999999999999999", Range, 0 },
        { "10000000000000000000", Range, 0 },
        { "18446744073709551615", Range, 0 },
        { "18446744073709551616", Range, 0 },
        { "-18446744073709551617", Range, 0 },
        { "99999999999999999999", Range, 0 },
        { new('9', 400), Range, 0 },
        { "-1" + new string('0', 400), Range, 0 },
        { "7.0", Kind, 0 },
        { "-0.0", Kind, 0 },
        { "0.5", Kind, 0 },
        { "1e2", Kind, 0 },
        { "1E+2", Kind, 0 },
        { "12e-2", Kind, 0 },
        { "0e0", Kind, 0 },
        { "1.5e3", Kind, 0 },
        { "\"7\"", Kind, 0 },
        { "null", Kind, 0 },
        { "true", Kind, 0 },
        { "[7]", Kind, 0 },
        { "{}", Kind, 0 },
        { "00", Json, 0 },
        { "01", Json, 0 },
        { "-01", Json, 0 },
        { "0123456789", Json, 0 },
        { "-", Json, 0 },
        { "--1", Json, 0 },
        { "+1", Json, 0 },
        { ".5", Json, 0 },
        { "1.", Json, 0 },
        { "1.e2", Json, 0 },
        { "1e", Json, 0 },
        { "1e+", Json, 0 },
        { "1ee2", Json, 0 },
        { "1.2.3", Json, 0 },
        { "1-2", Json, 0 },
        { "0x10", Json, 0 },
        { "1_000", Json, 0 },
        { "NaN", Json, 0 },
        { "-Infinity", Json, 0 },
        { "٣", Json, 0 },
    };

    // rule M3, rule M5
    [Theory]
    [MemberData(nameof(Numbers))]
    public void Every_spelling_of_A_is_checked_by_the_contract(string spelling, ErrorCode code, long value) =>
        Check($"{{\"A\":{spelling},\"B\":4}}", code, Member.A, new Request(value, 4));

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Every_spelling_of_B_is_checked_by_the_contract(string spelling, ErrorCode code, long value) =>
        Check($"{{\"A\":4,\"B\":{spelling}}}", code, Member.B, new Request(4, value));

    // rule M3
    [Theory]
    [MemberData(nameof(Numbers))]
    public void Every_spelling_of_Id_is_checked_by_the_contract(string spelling, ErrorCode code, long value) =>
        Check($"{{\"A\":4,\"B\":5,\"Id\":{spelling}}}", value < 0 ? Range : code, Member.Id, new Request(4, 5, value));

    [Theory]
    [MemberData(nameof(Numbers))]
    public void A_number_at_the_end_of_the_bytes_waits_for_the_byte_that_ends_it(string spelling, ErrorCode code, long value)
    {
        if (code is not (None or Range))
            return;
        byte[] stream = Encoding.UTF8.GetBytes($"{{\"A\":4,\"B\":{spelling}");
        var decoder = new RequestDecoder();
        decoder.Decode(stream, out int consumed, out _).Should().Be(DecodeStatus.NeedMore);
        consumed.Should().Be(stream.Length);
        decoder.Decode("}"u8, out _, out Request request).Should().Be(code == None ? DecodeStatus.Message : DecodeStatus.Rejected);
        if (code == None)
            request.Should().Be(new Request(4, value));
    }

    private static void Check(string message, ErrorCode code, Member member, Request request)
    {
        byte[] alone = Encoding.UTF8.GetBytes(message);
        byte[] followed = Encoding.UTF8.GetBytes(message + "{\"A\":11111111,\"B\":22222222}");
        foreach (byte[] stream in (byte[][])[alone, followed])
        {
            Outcome outcome = Outcome.AllOf(stream)[0];
            Outcome.AllOf(stream, 1)[0].Should().Be(outcome, "a cut message takes the strict path");
            if (code == None)
                outcome.Should().Be(new Outcome(DecodeStatus.Message, request, default, alone.Length));
            else if (code == Json)
                (outcome.Status, outcome.Error).Should().Be((DecodeStatus.Broken, new ProtocolError(Json)));
            else
                outcome.Should().Be(new Outcome(DecodeStatus.Rejected, default, new ProtocolError(code, member), alone.Length));
        }
    }

    // rule M4
    [Fact]
    public void A_sum_is_exact_or_an_overflow_is_reported()
    {
        var random = new Random(4);
        for (int i = 0; i < Fuzz.Cases(100_000); i++)
        {
            (long a, long b) = (RandomMessages.Number(random), RandomMessages.Number(random));
            Int128 exact = (Int128)a + b;
            bool fits = new Request(a, b).TryAdd(out long sum);
            if (fits != (exact == (long)exact) || sum != (long)exact)
                Assert.Fail($"{a} + {b} is {exact}, but {sum} {fits}");
        }
    }
}
