using System.Runtime.CompilerServices;
using System.Text;
using FluentAssertions;
using SumSocket.Protocol;
using Xunit;

namespace SumSocket.Tests.Protocol;

/// <summary>Holds docs/protocol.md to the codec: each example is decoded, added and answered.</summary>
public sealed class ProtocolPageTests
{
    private static readonly string[] _page = File.ReadAllLines(Path.Combine(ThisFolder(), "..", "..", "..", "docs", "protocol.md"));

    private static readonly List<WireExample> _examples = [.. WireExample.AllOf(_page)];

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(1)]
    [InlineData(3)]
    public void Every_stream_is_answered_as_the_page_says_in_pieces_of_any_size(int piece)
    {
        List<WireExample> streams = [.. _examples.Where(example => !example.IsDatagram)];
        streams.Should().HaveCountGreaterThan(10);
        foreach (WireExample example in streams)
            AnswerStream(example, piece).Should().Be((example.Answers, example.Closes), $"line {example.Line} of the page says so");
    }

    [Fact]
    public void Every_datagram_is_answered_as_the_page_says()
    {
        List<WireExample> datagrams = [.. _examples.Where(example => example.IsDatagram)];
        datagrams.Should().HaveCountGreaterThan(5);
        foreach (WireExample example in datagrams)
            AnswerDatagram(example.Sent).Should().Be(example.Answers, $"line {example.Line} of the page says so");
    }

    [Fact]
    public void The_table_of_codes_is_complete_and_in_the_order_that_decides()
    {
        IEnumerable<(string, bool)> rows = _page.Where(line =>
                line.EndsWith("| stays open |", StringComparison.Ordinal) || line.EndsWith("| is closed |", StringComparison.Ordinal))
            .Select(line => (line.Split('`')[1], line.EndsWith("| is closed |", StringComparison.Ordinal)));
        rows.Should().Equal(Codes().Select(code => (code.ToWireName(), code.EndsConnection())));
    }

    [Fact]
    public void Every_code_has_an_example()
    {
        string answers = string.Concat(_examples.Select(example => example.Answers));
        foreach (ErrorCode code in Codes().Where(code => code != ErrorCode.Busy)) // no bytes of a client lead to that one
            answers.Should().Contain($"{{\"Error\":\"{code.ToWireName()}\"");
        Span<byte> buffer = stackalloc byte[MessageWriter.MaxResponseLength];
        int length = MessageWriter.WriteError(buffer, new ProtocolError(ErrorCode.Busy));
        string.Concat(_page).Should().Contain(Encoding.ASCII.GetString(buffer[..length]).TrimEnd());
    }

    private static IEnumerable<ErrorCode> Codes() =>
        Enum.GetValues<ErrorCode>().Where(code => code is not (ErrorCode.None or ErrorCode.Unknown));

    private static (string Answers, bool Closes) AnswerStream(WireExample example, int piece)
    {
        var answers = new StringBuilder();
        var decoder = new RequestDecoder();
        byte[] sent = example.Sent;
        for (int at = 0; at < sent.Length;)
        {
            DecodeStatus status = decoder.Decode(sent.AsSpan(at, Math.Min(piece, sent.Length - at)), out int consumed, out Request request);
            at += consumed;
            if (status == DecodeStatus.Message)
                answers.Append(Answer(request, withMessage: true));
            else if (status != DecodeStatus.NeedMore)
                answers.Append(Text(decoder.Error, withMessage: true));
            if (status == DecodeStatus.Broken)
                return (answers.ToString(), true);
        }

        if (decoder.IsInsideMessage)
            answers.Append(Text(decoder.Interrupt(example.Ends ? ErrorCode.Truncated : ErrorCode.Timeout), withMessage: true));
        return (answers.ToString(), example.Ends || example.FallsSilent);
    }

    private static string AnswerDatagram(byte[] datagram)
    {
        var decoder = new RequestDecoder();
        if (datagram.Length > ProtocolLimits.MaxDatagramLength
            || decoder.Decode(datagram, out int consumed, out Request request) != DecodeStatus.Message
            || datagram.AsSpan(consumed).ContainsAnyExcept(" \t\r\n"u8))
            return "";
        string answer = Answer(request, withMessage: true);
        if (answer.Length > datagram.Length)
            answer = Answer(request, withMessage: false);
        return answer.Length > datagram.Length ? "" : answer;
    }

    private static string Answer(in Request request, bool withMessage)
    {
        Int128 sum = (Int128)request.A + request.B;
        if (sum < long.MinValue || sum > long.MaxValue)
            return Text(new ProtocolError(ErrorCode.Overflow, Id: request.Id), withMessage);
        Span<byte> buffer = stackalloc byte[MessageWriter.MaxResponseLength];
        return Encoding.ASCII.GetString(buffer[..MessageWriter.WriteSum(buffer, (long)sum, request.Id)]);
    }

    private static string Text(in ProtocolError error, bool withMessage)
    {
        Span<byte> buffer = stackalloc byte[MessageWriter.MaxResponseLength];
        return Encoding.ASCII.GetString(buffer[..MessageWriter.WriteError(buffer, error, withMessage)]);
    }

    private static string ThisFolder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
