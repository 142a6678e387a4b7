using System.Globalization;
using System.Text;
using FluentAssertions;
using SumSocket.Protocol;
using SumSocket.Protocol.FastPath;
using Xunit;

namespace SumSocket.Tests.Protocol.FastPath;

/// <summary>Many answers taken in one call, beside the strict path, one at a time.</summary>
public sealed class VectorResponseTests
{
    private static readonly int _streams = Fuzz.Cases(30_000);

    private static readonly string[] _sums =
    [
        "0", "-0", "00", "01", "-01", "-", "--1", "1-", "", "1.5", "1e2",
        "999999999999999", "-999999999999999", "9999999999999999", "-9999999999999999", "12345678901234567",
    ];

    private static readonly byte[] _notableBytes = [.. "-0123456789,:{}\"Sum ./\n"u8, 0, 0x3A, 0x80, 0xB0, 0xFF];

    private readonly Random _random = new(12);

    [Fact]
    public void Any_stream_in_any_pieces_and_any_room_gives_what_the_strict_path_gives()
    {
        int read = 0;
        for (int i = 0; i < _streams; i++)
        {
            byte[] stream = Encoding.Latin1.GetBytes(string.Concat(Enumerable.Range(0, 8).Select(_ => Answer())));
            if (i % 2 == 0)
                stream[_random.Next(stream.Length)] = _notableBytes[_random.Next(_notableBytes.Length)];
            int[] ends = [.. Enumerable.Range(0, _random.Next(5)).Select(_ => _random.Next(stream.Length)).Order(), stream.Length];
            Taken actual = TakeMany(stream, ends, room: _random.Next(1, 10)), expected = TakeStrictly(stream);
            if (!actual.Answers.SequenceEqual(expected.Answers) || (actual with { Answers = expected.Answers }) != expected)
                Assert.Fail(
                    $"{Encoding.Latin1.GetString(stream)} cut at {string.Join(", ", ends)}: " +
                    $"{actual.Answers.Count} {actual}, but strictly {expected.Answers.Count} {expected}");
            read += actual.Answers.Count;
        }

        read.Should().BeGreaterThan(3 * _streams, "else this proves little");
    }

    [Theory]
    [InlineData("7")]
    [InlineData("-0")]
    [InlineData("9999999999999999")]
    [InlineData("-999999999999999")]
    public void Takes_the_usual_spelling_with_and_without_line_feeds(string sum)
    {
        string one = $$"""{"Sum":{{sum}}}""";
        Response[] answers = new Response[2];
        bool separated = false;
        byte[] stream = Encoding.ASCII.GetBytes($"{one}{one}".PadRight(64));
        VectorResponse.Read(stream, answers, out int count, ref separated).Should().Be(2 * one.Length);
        (count, separated).Should().Be((2, false));
        stream = Encoding.ASCII.GetBytes($"{one}\n{one}\n".PadRight(64));
        VectorResponse.Read(stream, answers, out count, ref separated).Should().Be(2 * one.Length + 2);
        (count, separated).Should().Be((2, true));
        answers.Should().AllBeEquivalentTo(new Response(long.Parse(sum, CultureInfo.InvariantCulture)));
    }

    [Theory]
    [InlineData("{\"Sum\":1}", "{\"Sum\":2}", false)]
    [InlineData("{\"Sum\":1}", "\n{\"Sum\":2}", true)]
    [InlineData("{\"Sum\":1}\r", "{\"Sum\":2}", true)]
    [InlineData("{\"Sum\":1}", "{\"Sum\" : 2}", false)]
    [InlineData("{\"Sum\":1}{\"Sum\"", " :2}", false)]
    [InlineData(" {\"Sum\":1}", "", true)]
    public void White_space_outside_messages_and_none_inside_shows_that_the_peer_separates_them(string first, string second, bool separated)
    {
        ResponseDecoder decoder = default;
        Response[] answers = new Response[4];
        foreach (string piece in (string[])[first, second])
            decoder.Decode(Encoding.ASCII.GetBytes(piece), answers, out _, out _).Should().Be(DecodeStatus.NeedMore);
        decoder.HasSeparators.Should().Be(separated);
    }

    private static Taken TakeMany(byte[] stream, int[] ends, int room)
    {
        ResponseDecoder decoder = default;
        Response[] answers = new Response[room];
        List<Response> all = [];
        DecodeStatus status = DecodeStatus.NeedMore;
        int at = 0;
        foreach (int end in ends)
        {
            do
            {
                status = decoder.Decode(stream.AsSpan(at, end - at), answers, out int consumed, out int count);
                at += consumed;
                all.AddRange(answers.Take(count));
                if (status is DecodeStatus.Rejected or DecodeStatus.Broken)
                    return new Taken(all, status, at, decoder.HasSeparators);
            }
            while (status == DecodeStatus.Message);
        }

        return new Taken(all, status, at, decoder.HasSeparators);
    }

    private static Taken TakeStrictly(byte[] stream)
    {
        ResponseDecoder decoder = default;
        List<Response> all = [];
        bool hasSeparators = false;
        for (int at = 0; ;)
        {
            hasSeparators |= at < stream.Length && " \t\r\n"u8.Contains(stream[at]);
            DecodeStatus status = decoder.DecodeAnyShape(stream.AsSpan(at), out int consumed, out Response answer);
            at += consumed;
            if (status != DecodeStatus.Message)
                return new Taken(all, status, at, hasSeparators);
            all.Add(answer);
        }
    }

    private string Answer()
    {
        string sum = _random.Next(24) == 0 ? _sums[_random.Next(_sums.Length)] : RandomMessages.Number(_random)
            .ToString(CultureInfo.InvariantCulture);
        return _random.Next(16) switch
        {
            0 => $$"""{"Sum":{{sum}},"Id":{{_random.Next(100)}}}""",
            1 => """{"Error":"overflow"}""",
            2 => $$"""{ "Sum":{{sum}}}""" + "\n",
            3 => $$"""{"Sum":{{sum}}}""" + " \r\n\t",
            4 or 5 => $$"""{"Sum":{{sum}}}""",
            _ => $$"""{"Sum":{{sum}}}""" + "\n",
        };
    }

    private sealed record Taken(List<Response> Answers, DecodeStatus End, int Bytes, bool HasSeparators);
}
