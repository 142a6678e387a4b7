using System.Net;
using System.Net.Sockets;
using System.Text;
using FluentAssertions;
using SumSocket.Protocol;
using SumSocket.Server.Udp;
using Xunit;

namespace SumSocket.Tests.Server.Udp;

/// <summary>Which datagrams are answered, and with how much.</summary>
public sealed class DatagramAnswerTests
{
    // rule U1
    [Theory(Timeout = TestTimeout.Milliseconds)]
    [InlineData("""{"A":7,"B":4}""", """{"Sum":11}""")]
    [InlineData("""{"A":7,"B":4,"Id":5}""", """{"Sum":11,"Id":5}""")]
    [InlineData(" \r\n{ \"B\" : 4 , \"A\" : -7 }\n\t ", """{"Sum":-3}""")]
    [InlineData("""{"A":9223372036854775807,"B":1,"Id":5}""", """{"Error":"overflow","Id":5}""")]
    [InlineData("""{"A":9223372036854775807,"B":1,"Id":5,"Padding":"------------------------"}""",
        """{"Error":"overflow","Message":"A + B is outside the 64-bit range","Id":5}""")]
    public async Task Answers_a_request_with_integers(string request, string answer)
    {
        await using UdpServerUnderTest server = UdpServerUnderTest.Start();

        server.Ask(request).Should().Be(answer + "\n");
        await server.UntilReceivedAsync(1);
        server.Server.Counts.Answered.Should().Be(1);
    }

    // rule U2
    [Theory(Timeout = TestTimeout.Milliseconds)]
    [InlineData("", DropReason.Empty)]
    [InlineData("{", DropReason.NotARequest)]
    [InlineData("""{"A":7,"B":4""", DropReason.NotARequest)]
    [InlineData("""{"A":7,"B":4}{"A":7,"B":4}""", DropReason.NotARequest)]
    [InlineData("""{"A":7,"B":4}x""", DropReason.NotARequest)]
    [InlineData("""{"A":7}""", DropReason.NotARequest)]
    [InlineData("""{"A":7,"B":4,"A":7}""", DropReason.NotARequest)]
    [InlineData("""{"A":7.0,"B":4}""", DropReason.NotARequest)]
    [InlineData("""{"A":7e0,"B":4}""", DropReason.NotARequest)]
    [InlineData("""{"A":7,"B":9223372036854775808}""", DropReason.NotARequest)]
    [InlineData("""{"A":7,"B":4,"Id":-1}""", DropReason.NotARequest)]
    [InlineData("""{"Sum":11}""", DropReason.NotARequest)]
    [InlineData("""{"Error":"overflow"}""", DropReason.NotARequest)]
    [InlineData("\0\0\0\0", DropReason.NotARequest)]
    public async Task Does_not_answer_anything_else(string datagram, DropReason reason)
    {
        await using UdpServerUnderTest server = UdpServerUnderTest.Start();

        server.Send(datagram);

        server.Ask("""{"A":1,"B":1,"Id":1}""").Should().Be("{\"Sum\":2,\"Id\":1}\n", "it is the first answer to come");
        server.Server.Counts[reason].Should().Be(1);
        server.Peer.Available.Should().Be(0);
    }

    // rule U1
    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Does_not_answer_a_datagram_over_1200_bytes()
    {
        await using UdpServerUnderTest server = UdpServerUnderTest.Start();
        string request = """{"A":7,"B":4}""";

        server.Ask(request.PadRight(1200)).Should().Be("{\"Sum\":11}\n");
        server.Send(request.PadRight(1201));
        server.Send(request.PadRight(60_000));

        server.Ask("""{"A":1,"B":1}""").Should().Be("{\"Sum\":2}\n");
        server.Server.Counts[DropReason.TooLong].Should().Be(2);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Does_not_answer_a_sender_with_its_own_port()
    {
        await using UdpServerUnderTest server = UdpServerUnderTest.Start();
        using Socket forged = server.ConnectFrom(IPAddress.Parse("127.0.0.2"), server.EndPoint.Port);

        forged.Send("""{"A":7,"B":4}"""u8);

        server.Ask("""{"A":1,"B":1}""").Should().Be("{\"Sum\":2}\n");
        server.Server.Counts[DropReason.ForgedSender].Should().Be(1);
        forged.Available.Should().Be(0);
    }

    // rule U3
    [Fact]
    public void No_answer_is_longer_than_its_request_in_a_million_requests()
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        byte[] datagram = new byte[ProtocolLimits.MaxDatagramLength];
        byte[] answer = new byte[MessageWriter.MaxResponseLength];
        int answered = 0;
        for (int i = 0; i < 1_000_000; i++)
        {
            long? id = random.Next(2) == 0 ? null : Number(random) & long.MaxValue;
            int length = MessageWriter.WriteRequest(datagram, new Request(Number(random), Number(random), id)) - random.Next(2);
            if (DatagramProcessor.Answer(datagram.AsSpan(0, length), answer, out int answerLength, out _, out _) == DropReason.None)
                answered++;
            if (answerLength > length)
                Assert.Fail($"seed {seed}: {Encoding.ASCII.GetString(datagram, 0, length)} got {answerLength} bytes");
        }

        answered.Should().Be(1_000_000, "each is short enough without its sentence (seed {0})", seed);
    }

    // rule U2
    [Fact]
    public void What_the_server_says_is_never_a_request()
    {
        byte[] said = new byte[MessageWriter.MaxResponseLength];
        byte[] answer = new byte[MessageWriter.MaxResponseLength];
        foreach (string request in (string[])["""{"A":7,"B":4}""", """{"A":9223372036854775807,"B":1,"Id":5}"""])
        {
            DatagramProcessor.Answer(Encoding.ASCII.GetBytes(request), said, out int length, out _, out _).Should().Be(DropReason.None);
            DatagramProcessor.Answer(said.AsSpan(0, length), answer, out _, out _, out _).Should().Be(DropReason.NotARequest);
        }
    }

    /// <summary>Numbers of every length, and often those about the edges.</summary>
    private static long Number(Random random)
    {
        long magnitude = random.NextInt64() >> random.Next(64);
        return random.Next(8) switch
        {
            0 => long.MaxValue - (magnitude & 1),
            1 => long.MinValue + (magnitude & 1),
            2 => magnitude % 11,
            < 6 => magnitude,
            _ => -magnitude,
        };
    }
}
