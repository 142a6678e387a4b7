using System.Text;
using SumSocket.SystemTests.Harness;

namespace SumSocket.SystemTests.Processes;

/// <summary>Bytes in, bytes out, as anybody with netcat sees them.</summary>
public sealed class WireTests
{
    private const string TwoAnswers = "{\"Sum\":11}\n{\"Sum\":2}";

    [Fact(Timeout = 60_000)]
    public async Task Netcat_gets_both_answers_to_two_requests_in_one_segment()
    {
        Tools.Require("nc");
        await using ServerProcess server = await ServerProcess.StartAsync();

        await using ChildProcess nc = ChildProcess.Shell($$"""printf '{"A":7,"B":4}{"A":1,"B":1}' | nc -N 127.0.0.1 {{server.Port}}""");

        (await nc.ExitAsync()).Should().Be(0);
        nc.Output.Text.Should().Be(TwoAnswers);
        await server.StopAsync();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_peer_that_sends_byte_by_byte_gets_both_answers()
    {
        await using ServerProcess server = await ServerProcess.StartAsync();
        await using StreamPeer peer = await server.ConnectAsync();

        foreach (char c in "{\"A\":7,\"B\":4}{\"A\":1,\"B\":1}")
            await peer.SendAsync(c.ToString());
        peer.EndSending();

        (await peer.ReadToEndAsync()).Should().Be(TwoAnswers + "\n");
        await server.StopAsync();
    }

    /// <summary>Closing a socket with unread input resets the connection, and a reset destroys what the peer has not read yet.</summary>
    [Fact(Timeout = 120_000)]
    public async Task A_thousand_times_of_a_thousand_every_answer_before_a_bad_message_arrives_and_its_error_too()
    {
        (string Message, string Code)[] bad =
        [
            ("{\"A\":}", "invalid_json"),
            ("{\"A\":[[[[[[[[1]]]]]]]]}", "too_deep"),
            ("{\"A\":\"" + new string('x', 5000) + "\"}", "message_too_long"),
        ];
        byte[] junk = new byte[256 * 1024];
        Array.Fill(junk, (byte)'{');
        await using ServerProcess server = await ServerProcess.StartAsync("-q");

        for (int i = 0; i < 1000; i++)
        {
            (string message, string code) = bad[i % bad.Length];
            await using StreamPeer peer = await server.ConnectAsync();
            Task sent = peer.SendAsync((byte[])[.. Encoding.ASCII.GetBytes($"{{\"A\":{i},\"B\":4}}{{\"A\":1,\"B\":1}}{message}"), .. junk]);

            string answers = await peer.ReadToEndAsync();
            await sent;

            answers.Should().MatchRegex(
                $$"""^\{"Sum":{{i + 4}}\}\n\{"Sum":2\}\n\{"Error":"{{code}}","Message":"[^"]*"\}\n$""", "this is try {0}", i);
        }

        await server.StopAsync();
    }

    [Fact(Timeout = 60_000)]
    public async Task The_log_shows_control_characters_and_never_obeys_them()
    {
        await using ServerProcess server = await ServerProcess.StartAsync("-v");
        await using StreamPeer peer = await server.ConnectAsync();

        await peer.SendAsync("{\"A\":7,\"B\":4,\"\\u001b\":\"\u001b[2J\r\nfake line\"}");
        peer.EndSending();
        await peer.ReadToEndAsync();
        await server.StopAsync();

        server.Log.Text.Should().NotContain("\u001b").And.NotContain("\r");
        server.Log.Lines.Should().NotContain(line => line.StartsWith("fake line", StringComparison.Ordinal));
    }

    [Fact(Timeout = 60_000)]
    public async Task One_connection_too_many_is_answered_busy_and_the_others_go_on()
    {
        await using ServerProcess server = await ServerProcess.StartAsync("--max-connections", "2");
        await using StreamPeer first = await server.ConnectAsync();
        await using StreamPeer second = await server.ConnectAsync();
        await first.AskAsync();
        await second.AskAsync();

        await using StreamPeer third = await server.ConnectAsync();

        (await third.ReadToEndAsync()).Should().Contain("\"Error\":\"busy\"");
        await first.AskAsync();
        await second.AskAsync();
        await server.StopAsync();
    }
}
