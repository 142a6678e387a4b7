using System.Text;
using FluentAssertions;
using SumSocket.Server.Tcp.Connection;
using Xunit;

namespace SumSocket.Tests.Server.Tcp;

/// <summary>What a peer gets for what it sends, and how the stream ends.</summary>
public class AnswerTests : ServerTest
{
    // rule T2
    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Answers_many_rounds_on_one_connection()
    {
        await using ServerUnderTest server = Start();
        using RawPeer peer = await server.ConnectAsync();

        for (int i = 0; i < 100; i++)
            (await peer.AskAsync($"{{\"A\":{i},\"B\":4}}")).Should().Be($"{{\"Sum\":{i + 4}}}");

        peer.EndSending();
        (await peer.ReceiveToEndAsync()).Should().BeEmpty();
        (await server.NextCloseAsync()).Should().Be(CloseReason.PeerClosed);
    }

    // rule M2
    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Answers_a_message_that_comes_byte_by_byte_before_anything_follows_it()
    {
        await using ServerUnderTest server = Start();
        using RawPeer peer = await server.ConnectAsync();

        foreach (char c in """{"A":7,"B":4}""")
            await peer.SendAsync(c.ToString());

        (await peer.ReceiveLineAsync()).Should().Be("""{"Sum":11}""");
    }

    // rule T1, rule M8
    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Gives_the_same_answers_however_the_stream_is_cut()
    {
        const string Stream = """{"A":7,"B":4}{"B":-1,"A":1,"Id":9} {"A":1}""" + "\r\n"
            + """{"A":9223372036854775807,"B":1,"Id":3}{"x":[{"y":"}"}],"A":1.5,"B":2}{"A":2,"B":2}""";
        const string Answers = """
            {"Sum":11}
            {"Sum":0,"Id":9}
            {"Error":"missing_member","Message":"B is missing"}
            {"Error":"overflow","Message":"A + B is outside the 64-bit range","Id":3}
            {"Error":"not_an_integer","Message":"A is not a plain JSON integer"}
            {"Sum":4}

            """;
        await using ServerUnderTest server = Start();
        for (int cut = 1; cut < Stream.Length; cut++)
        {
            using RawPeer peer = await server.ConnectAsync();
            await peer.SendAsync(Stream[..cut]);
            await peer.SendAsync(Stream[cut..]);
            peer.EndSending();
            (await peer.ReceiveToEndAsync()).Should().Be(Answers, "the cut is at {0}", cut);
        }
    }

    // rule T4
    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Answers_everything_sent_before_the_peer_shut_down_its_sending_side()
    {
        await using ServerUnderTest server = Start();
        using RawPeer peer = await server.ConnectAsync();

        Task sending = SendAsync();
        string answers = await peer.ReceiveToEndAsync();
        await sending;

        answers.Should().Be(string.Concat(Enumerable.Range(0, 50_000).Select(i => $"{{\"Sum\":{i + 1},\"Id\":{i}}}\n")));
        (await server.NextCloseAsync()).Should().Be(CloseReason.PeerClosed);

        async Task SendAsync()
        {
            await peer.SendAsync(string.Concat(Enumerable.Range(0, 50_000).Select(i => $"{{\"A\":{i},\"B\":1,\"Id\":{i}}}")));
            peer.EndSending();
        }
    }

    // rule T5, rule E4
    [Theory(Timeout = TestTimeout.Milliseconds)]
    [InlineData("""{"A":7,"B" """, "truncated", "the message ended in the middle", CloseReason.Truncated)]
    [InlineData("""{"A":7;""", "invalid_json", "not a JSON object in UTF-8", CloseReason.InvalidJson)]
    [InlineData("GET / HTTP/1.1\r\n\r\n", "invalid_json", "not a JSON object in UTF-8", CloseReason.InvalidJson)]
    [InlineData("""{"x":[[[[[[[[""", "too_deep", "nested deeper than 8", CloseReason.TooDeep)]
    public async Task Answers_what_came_before_a_broken_message_and_then_its_error(
        string broken, string code, string message, CloseReason reason)
    {
        await using ServerUnderTest server = Start();
        using RawPeer peer = await server.ConnectAsync();

        await peer.SendAsync("""{"A":7,"B":4}""" + broken);
        peer.EndSending();

        (await peer.ReceiveToEndAsync()).Should().Be($"{{\"Sum\":11}}\n{{\"Error\":\"{code}\",\"Message\":\"{message}\"}}\n");
        (await server.NextCloseAsync()).Should().Be(reason);
    }

    // rule T6
    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Delivers_the_error_and_every_answer_before_it_although_junk_follows()
    {
        byte[] stream = [.. Encoding.ASCII.GetBytes("""{"A":7,"B":4}{"A":1,"B":1}!"""), .. new byte[256 * 1024]];
        await using ServerUnderTest server = Start();
        for (int i = 0; i < 50; i++)
        {
            using RawPeer peer = await server.ConnectAsync();
            Task sending = peer.SendAsync(stream);
            (await peer.ReceiveToEndAsync()).Should().Be(
                "{\"Sum\":11}\n{\"Sum\":2}\n{\"Error\":\"invalid_json\",\"Message\":\"not a JSON object in UTF-8\"}\n");
            await sending;
        }
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Answers_a_message_that_is_too_long_without_waiting_for_its_end()
    {
        await using ServerUnderTest server = Start();
        using RawPeer peer = await server.ConnectAsync();

        await peer.SendAsync("{\"x\":\"" + new string('x', 4091));

        (await peer.ReceiveToEndAsync()).Should().Be("{\"Error\":\"message_too_long\",\"Message\":\"longer than 4096 bytes\"}\n");
        peer.Dispose();
        (await server.NextCloseAsync()).Should().Be(CloseReason.MessageTooLong);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Closes_a_broken_connection_although_the_peer_never_does()
    {
        await using ServerUnderTest server = Start();
        using RawPeer peer = await server.ConnectAsync();

        (await peer.AskAsync("!")).Should().Contain("invalid_json");
        (await peer.ReceiveToEndAsync()).Should().BeEmpty();
        server.EndFarewells();

        (await server.NextCloseAsync()).Should().Be(CloseReason.InvalidJson);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Closes_a_broken_connection_that_goes_on_sending_without_end()
    {
        await using ServerUnderTest server = Start();
        using RawPeer peer = await server.ConnectAsync();
        byte[] junk = new byte[64 * 1024];

        Func<Task> flood = async () =>
        {
            for (int i = 0; i < 10_000; i++)
                await peer.SendAsync(junk);
        };

        await flood.Should().ThrowAsync<System.Net.Sockets.SocketException>("a mebibyte of it is thrown away and no more");
        (await server.NextCloseAsync()).Should().Be(CloseReason.InvalidJson);
    }
}
