using System.Globalization;
using System.Text;
using FluentAssertions;
using SumSocket.Protocol;
using SumSocket.Protocol.FastPath;
using SumSocket.Protocol.Json;
using Xunit;

namespace SumSocket.Tests.Protocol;

public sealed class MessageWriterTests
{
    private static readonly long?[] _ids = [null, 0, 5, long.MaxValue];

    private delegate int Write(Span<byte> destination);

    private static string Text(Write write)
    {
        Span<byte> buffer = stackalloc byte[256];
        return Encoding.ASCII.GetString(buffer[..write(buffer)]);
    }

    // rule M9
    [Theory]
    [InlineData(7, 4, null, "{\"A\":7,\"B\":4}\n")]
    [InlineData(0, -1, 0L, "{\"A\":0,\"B\":-1,\"Id\":0}\n")]
    [InlineData(long.MinValue, long.MaxValue, long.MaxValue,
        "{\"A\":-9223372036854775808,\"B\":9223372036854775807,\"Id\":9223372036854775807}\n")]
    public void A_request_is_written_exactly_as_the_contract_spells_it(long a, long b, long? id, string expected) =>
        Text(to => MessageWriter.WriteRequest(to, new Request(a, b, id))).Should().Be(expected);

    // rule M4, rule M9
    [Theory]
    [InlineData(11, null, "{\"Sum\":11}\n")]
    [InlineData(0, 5L, "{\"Sum\":0,\"Id\":5}\n")]
    [InlineData(long.MinValue, long.MaxValue, "{\"Sum\":-9223372036854775808,\"Id\":9223372036854775807}\n")]
    public void A_sum_is_written_exactly_as_the_contract_spells_it(long sum, long? id, string expected) =>
        Text(to => MessageWriter.WriteSum(to, sum, id)).Should().Be(expected);

    [Fact]
    public void An_error_is_written_exactly_as_the_contract_spells_it()
    {
        var error = new ProtocolError(ErrorCode.Overflow, Id: 5);
        Text(to => MessageWriter.WriteError(to, error)).Should()
            .Be("{\"Error\":\"overflow\",\"Message\":\"A + B is outside the 64-bit range\",\"Id\":5}\n");
        Text(to => MessageWriter.WriteError(to, error, withMessage: false)).Should().Be("{\"Error\":\"overflow\",\"Id\":5}\n");
        Text(to => MessageWriter.WriteError(to, new ProtocolError(ErrorCode.Busy))).Should()
            .Be("{\"Error\":\"busy\",\"Message\":\"the server is at its connection limit\"}\n");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-7)]
    [InlineData(9_999_999_999_999_999)]
    [InlineData(long.MinValue)]
    public void A_number_is_written_into_any_room_it_fits_in_and_no_other(long number)
    {
        string expected = number.ToString(CultureInfo.InvariantCulture);
        for (int room = expected.Length; room < 40; room++)
        {
            byte[] destination = new byte[room];
            Encoding.ASCII.GetString(destination, 0, DecimalWriter.Write(destination, number)).Should().Be(expected);
        }

        Action write = () => DecimalWriter.Write(new byte[expected.Length - 1], number);
        write.Should().Throw<ArgumentException>();
    }

    [Fact]
    public void Every_length_of_number_is_written_as_the_runtime_writes_it()
    {
        var numbers = new List<long> { 0, long.MinValue, long.MaxValue };
        for (long power = 1; power > 0 && power < long.MaxValue / 10; power *= 10)
            numbers.AddRange([power - 1, power, power + 1, -power + 1, -power, -power - 1]);
        numbers.AddRange([1_000_000_000_000_000_000, 999_999_999_999_999_999, -1_000_000_000_000_000_000]);
        var random = new Random(3);
        for (int i = 0; i < Fuzz.Cases(20_000); i++)
            numbers.Add(RandomMessages.Number(random));
        Span<byte> buffer = stackalloc byte[MessageWriter.MaxResponseLength];
        long before = 0;
        foreach (long number in numbers)
        {
            string written = Encoding.ASCII.GetString(buffer[..MessageWriter.WriteSum(buffer, number, null)]);
            if (written != $"{{\"Sum\":{number}}}\n")
                Assert.Fail($"{number} was written as {written}");
            written = Encoding.ASCII.GetString(buffer[..MessageWriter.WriteRequest(buffer, new Request(before, number))]);
            if (written != $"{{\"A\":{before},\"B\":{number}}}\n")
                Assert.Fail($"{before} and {number} were written as {written}");
            before = number;
        }
    }

    [Fact]
    public void The_longest_messages_fit_the_room_that_is_promised()
    {
        Text(to => MessageWriter.WriteRequest(to, new Request(long.MinValue, long.MinValue, long.MaxValue))).Length
            .Should().Be(77).And.BeLessThanOrEqualTo(MessageWriter.MaxRequestLength);
        Text(to => MessageWriter.WriteSum(to, long.MinValue, long.MaxValue)).Length.Should()
            .BeLessThanOrEqualTo(MessageWriter.MaxResponseLength);
        int longest = AllErrors().Max(error => Text(to => MessageWriter.WriteError(to, error)).Length);
        longest.Should().BeLessThanOrEqualTo(MessageWriter.MaxResponseLength);
    }

    [Fact]
    public void A_request_fits_into_exactly_the_room_it_needs_and_into_no_less()
    {
        foreach (long? id in _ids)
        {
            Fits(to => MessageWriter.WriteRequest(to, new Request(-7, 123456789012, id)));
            Fits(to => MessageWriter.WriteSum(to, -123456789012, id));
            Fits(to => MessageWriter.WriteError(to, new ProtocolError(ErrorCode.NotAnInteger, Member.A, id)));
        }

        static void Fits(Write write)
        {
            int length = Text(write).Length;
            byte[] exact = new byte[length];
            write(exact).Should().Be(length);
            for (int room = 0; room < length; room++)
            {
                byte[] tooShort = new byte[room];
                FluentActions.Invoking(() => write(tooShort)).Should().Throw<ArgumentException>($"{room} bytes are less than {length}");
            }
        }
    }

    [Fact]
    public void The_room_changes_nothing_of_a_request_and_no_byte_beyond_what_it_may_take_is_written()
    {
        Request[] requests =
            [new(7, 4), new(-9007199254740991, -9007199254740991), new(-9007199254740992, 1), new(long.MinValue, long.MaxValue)];
        foreach (Request request in requests)
        {
            byte[] expected = Encoding.ASCII.GetBytes($"{{\"A\":{request.A},\"B\":{request.B}}}\n");
            for (int room = expected.Length; room <= MessageWriter.MaxRequestLength; room++)
            {
                byte[] bytes = new byte[room + 64];
                Array.Fill(bytes, (byte)0xEE);
                int length = MessageWriter.WriteRequest(bytes.AsSpan(0, room), request);
                bytes.AsSpan(0, length).SequenceEqual(expected).Should().BeTrue("{0} in {1} bytes", request, room);
                bytes[room..].Should().OnlyContain(one => one == 0xEE);
            }
        }
    }

    // rule E5
    [Fact]
    public void Sentences_are_plain_text_and_one_for_each_code_and_member()
    {
        foreach (ProtocolError error in AllErrors())
            error.Message.Should().MatchRegex("^[A-Za-z0-9 +-]+$", "it is copied into JSON as it is");
        AllErrors().Select(error => error.Message).Distinct().Should().HaveCount(2 + 3 + 3 + 3 + 7);
    }

    // rule E1
    [Fact]
    public void Exactly_what_breaks_the_stream_ends_the_connection() =>
        Enum.GetValues<ErrorCode>().Where(code => code.EndsConnection()).Should().Equal(
            ErrorCode.InvalidJson, ErrorCode.TooDeep, ErrorCode.MessageTooLong, ErrorCode.Truncated, ErrorCode.Timeout, ErrorCode.Busy);

    [Fact]
    public void Reads_back_every_request_that_is_written()
    {
        var random = new Random(4);
        Span<byte> buffer = stackalloc byte[MessageWriter.MaxRequestLength];
        for (int i = 0; i < Fuzz.Cases(100_000); i++)
        {
            Request request = RandomMessages.Request(random);
            int length = MessageWriter.WriteRequest(buffer, request);
            var decoder = new RequestDecoder();
            if (decoder.Decode(buffer[..length], out int consumed, out Request read) != DecodeStatus.Message
                || read != request || consumed != length - 1)
                Assert.Fail($"{request} read back as {read}");
        }
    }

    private static IEnumerable<ProtocolError> AllErrors() =>
        from code in Enum.GetValues<ErrorCode>()
        where code is not (ErrorCode.None or ErrorCode.Unknown)
        from member in new[] { Member.A, Member.B, Member.Id }
        from id in _ids
        select new ProtocolError(code, member, id);
}
