using System.Text;
using FluentAssertions;
using Microsoft.Extensions.Logging;
using SumSocket.Protocol;
using SumSocket.Tests.Protocol;
using SumSocket.Tests.Server.Tcp;
using SumSocket.Tests.Server.Udp;
using Xunit;

namespace SumSocket.Tests.Fuzzing;

/// <summary>Streams and datagrams, good and bad, to real servers. What they answer is compared with <see cref="WireAnswers"/>.</summary>
public sealed class WireFuzzTests(ITestOutputHelper output)
{
    private readonly Dictionary<string, int> _reached = [];

    // rule T1, rule T2, rule T4, rule E4
    [Theory]
    [InlineData(false, 700)]
    [InlineData(true, 150)]
    public async Task A_TCP_server_answers_any_stream_as_the_oracle_does_and_stays_well(bool tls, int usual)
    {
        int seed = Fuzz.Seed(output), cases = Fuzz.Cases(usual);
        Random random = new(seed);
        StreamGenerator generator = new(seed);
        await using ServerUnderTest server = ServerUnderTest.Start(
            options => options with { MaxDelay = TimeSpan.Zero, ReportsPath = false }, LogLevel.Warning, tls);
        RawPeer canary = await server.ConnectAsync();
        for (int i = 0; i < cases; i++)
        {
            byte[] stream = Stream(generator, random);
            bool isPipelined = random.Next(2) == 0;
            using RawPeer peer = await RawPeer.ConnectAsync(server.EndPoint);
            if (tls)
                await peer.StartTlsAsync();
            string answers = isPipelined ? await SendInPiecesAsync(peer, stream, random) : await AskOneByOneAsync(peer, stream);
            Compare(WireAnswers.ToStream(stream), answers, isPipelined ? "pipelined" : "plain", stream, seed, i);
            (await canary.AskAsync($"{{\"A\":{i},\"B\":1}}")).Should().Be($"{{\"Sum\":{i + 1}}}");
        }

        await server.AtRestAsync(1);
        Fuzz.Report(output, cases, _reached);
    }

    // rule U1, rule U2, rule U3
    [Fact]
    public async Task A_UDP_server_answers_any_datagram_as_the_oracle_does_and_stays_well()
    {
        int seed = Fuzz.Seed(output), cases = Fuzz.Cases(2000);
        const int Together = 16;
        StreamGenerator generator = new(seed);
        await using UdpServerUnderTest server = UdpServerUnderTest.Start(
            options => options with { MaxDelay = TimeSpan.Zero, ReportsPath = false }, LogLevel.Warning);
        for (int i = 0; i < cases; i += Together)
        {
            StringBuilder sent = new(), expected = new(), answers = new();
            for (int k = 0; k < Together; k++)
            {
                ReadOnlySpan<byte> datagram = generator.Next();
                string answer = WireAnswers.ToDatagram(datagram);
                expected.Append(answer);
                Count(answer.Length == 0 ? "dropped" : Kind(answer));
                sent.Append('[').Append(Encoding.Latin1.GetString(datagram)).Append(']');
                server.Peer.Send(datagram);
            }

            string last = $"{{\"Sum\":{i},\"Id\":4242424242}}\n"; // answered behind all others
            server.Send($"{{\"A\":{i},\"B\":0,\"Id\":4242424242}}");
            for (string next; (next = server.Receive()) != last;)
                answers.Append(next);
            Compare(expected.ToString(), answers.ToString(), "datagrams", Encoding.Latin1.GetBytes(sent.ToString()), seed, i);
        }

        Fuzz.Report(output, cases, _reached);
        server.Server.Counts.Received.Should().Be((cases + Together - 1) / Together * (Together + 1));
    }

    /// <summary>One stream of the generator, or many behind each other.</summary>
    private static byte[] Stream(StreamGenerator generator, Random random)
    {
        List<byte> all = [];
        for (int count = random.Next(3) == 0 ? random.Next(1, 40) : 1; count > 0; count--)
            all.AddRange(generator.Next());
        return [.. all];
    }

    private static async Task<string> SendInPiecesAsync(RawPeer peer, byte[] stream, Random random)
    {
        int pieces = random.Next(1, 5);
        int[] cuts = [0, .. Enumerable.Range(1, pieces - 1).Select(_ => random.Next(stream.Length + 1)).Order(), stream.Length];
        for (int piece = 0; piece < pieces; piece++)
            await peer.SendAsync(stream[cuts[piece]..cuts[piece + 1]]);
        peer.EndSending();
        return await peer.ReceiveToEndAsync();
    }

    /// <summary>Each message alone: its answer must come although nothing follows.</summary>
    private static async Task<string> AskOneByOneAsync(RawPeer peer, byte[] stream)
    {
        StringBuilder answers = new();
        int at = 0;
        foreach (Outcome outcome in RequestOracle.AllOf(stream))
        {
            if (outcome.Status is not (DecodeStatus.Message or DecodeStatus.Rejected))
                break;
            await peer.SendAsync(stream[at..outcome.End]);
            at = outcome.End;
            answers.Append(await peer.ReceiveLineAsync()).Append('\n');
        }

        await peer.SendAsync(stream[at..]);
        peer.EndSending();
        return answers.Append(await peer.ReceiveToEndAsync()).ToString();
    }

    private void Compare(string expected, string actual, string how, byte[] stream, int seed, int index)
    {
        if (actual != expected)
            Assert.Fail($"{how}: stream {index} of SUMSOCKET_TEST_SEED={seed}:\n{Encoding.Latin1.GetString(stream)}\n"
                + $"expected\n{expected}\nactual\n{actual}");
        if (how != "datagrams")
            Count($"{how} {Kind(expected[(expected.TrimEnd('\n').LastIndexOf('\n') + 1)..])}");
    }

    private void Count(string outcome) => _reached[outcome] = _reached.GetValueOrDefault(outcome) + 1;

    /// <summary>What kind of answer it is: <c>Sum</c>, or the error code.</summary>
    private static string Kind(string answer)
    {
        string[] parts = answer.Split('"');
        return parts.Length < 4 ? parts.Length < 2 ? "no answer" : parts[1] : parts[1] == "Error" ? parts[3] : parts[1];
    }
}
