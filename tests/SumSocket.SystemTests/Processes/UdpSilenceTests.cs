using System.Net;
using SumSocket.SystemTests.Harness;

namespace SumSocket.SystemTests.Processes;

/// <summary>Who gets nothing back: else the service could be aimed at a third party, or two servers be set at each other.</summary>
public sealed class UdpSilenceTests
{
    private const int Each = 10_000;
    private const int Batch = 100;
    private const int Injected = 100;

    [Theory(Timeout = 60_000)]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{\"A\":7,\"B\":4")]
    [InlineData("{\"A\":7,\"B\":4}{\"A\":7,\"B\":4}")]
    [InlineData("{\"A\":7,\"B\":4}", 1_201)]
    [InlineData("{\"Sum\":11}")]
    [InlineData("{\"Error\":\"overflow\"}")]
    [InlineData("{\"A\":7e0,\"B\":4}")]
    [InlineData("{\"A\":7.0,\"B\":4}")]
    public async Task Ten_thousand_datagrams_that_are_no_request_get_no_packet_back(string datagram, int padTo = 0)
    {
        datagram = datagram.PadRight(padTo);
        await using ServerProcess server = await ServerProcess.StartUdpAsync();
        using DatagramPeer peer = DatagramPeer.Connect(server.Port);

        for (int batch = 0; batch < Each / Batch; batch++)
        {
            for (int i = 0; i < Batch; i++)
                peer.Send(datagram);
            await peer.AskAsync(batch); // its answer is the next packet, so there was no other, and no queue overflows
        }

        peer.HasMore.Should().BeFalse();
        DatagramTally tally = await server.StopUdpAsync();
        tally.Answered.Should().Be(Each / Batch);
        (tally.Empty + tally.TooLong + tally.NotARequest).Should().Be(Each);
        tally.Empty.Should().Be(datagram.Length == 0 ? Each : 0);
        tally.TooLong.Should().Be(datagram.Length > 1_200 ? Each : 0);
        tally.Overflowed.Should().Be(0);
    }

    [Fact(Timeout = 180_000)]
    public async Task No_request_of_very_many_gets_an_answer_longer_than_itself()
    {
        int requests = LongRun.IsRequested ? 1_000_000 : 100_000;
        Random random = new(1907);
        await using ServerProcess server = await ServerProcess.StartUdpAsync();
        using DatagramPeer peer = DatagramPeer.Connect(server.Port);

        for (int i = 0; i < requests; i++)
        {
            string id = random.Next(3) == 0 ? $",\"Id\":{AnyInteger(random) & long.MaxValue}" : "";
            string request = $"{{\"A\":{AnyInteger(random)},\"B\":{AnyInteger(random)}{id}}}";
            peer.Send(request);
            string answer = await peer.ReceiveAsync();
            if (answer.Length > request.Length)
                Assert.Fail($"{request} got {answer}");
        }

        DatagramTally tally = await server.StopUdpAsync();
        tally.Answered.Should().Be(requests);
        tally.Received.Should().Be(requests);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("{\"A\":7,\"B\":4}", 1)]
    [InlineData("{\"A\":9223372036854775807,\"B\":1}", 1)]
    [InlineData("{\"Sum\":11}", 0)]
    [InlineData("{\"Error\":\"overflow\"}", 0)]
    [InlineData("junk", 0)]
    [InlineData("", 0)]
    public async Task Two_servers_pointed_at_each_other_do_not_go_on(string datagram, int answers)
    {
        using Forger forger = Forger.Create();
        await using ServerProcess first = await ServerProcess.StartUdpAsync();
        await using ServerProcess second = await ServerProcess.StartUdpAsync("--ip", "127.0.0.2");

        await PointAtEachOtherAsync(forger, first, second, datagram);

        DatagramTally one = await first.StopUdpAsync();
        DatagramTally other = await second.StopUdpAsync();
        one.Received.Should().Be(Injected + 2, "that is what was injected, and two requests");
        one.Answered.Should().Be(answers * Injected + 2);
        other.Received.Should().Be(answers * Injected + 1, "an answer is never answered");
        other.Answered.Should().Be(1);
        other.NotARequest.Should().Be(answers * Injected);
    }

    /// <summary>Servers of one service have one port, wherever they are: then not even the first answer is sent.</summary>
    [Fact(Timeout = 60_000)]
    public async Task Two_servers_on_the_same_port_pointed_at_each_other_exchange_nothing()
    {
        using Forger forger = Forger.Create();
        await using ServerProcess first = await ServerProcess.StartUdpAsync();
        await using ServerProcess second = await ServerProcess.StartedAsync(
            ChildProcess.Start(Programs.UdpServer, ["--ip", "127.0.0.2", "--port", $"{first.Port}"]));

        await PointAtEachOtherAsync(forger, first, second, "{\"A\":7,\"B\":4}");

        DatagramTally one = await first.StopUdpAsync();
        DatagramTally other = await second.StopUdpAsync();
        one.Forged.Should().Be(Injected);
        one.Received.Should().Be(Injected + 2);
        other.Received.Should().Be(1);
    }

    [Fact(Timeout = 60_000)]
    public async Task Requests_from_port_0_and_from_the_servers_own_address_are_dropped_and_counted()
    {
        using Forger forger = Forger.Create();
        await using ServerProcess server = await ServerProcess.StartUdpAsync();
        using DatagramPeer peer = DatagramPeer.Connect(server.Port);
        IPEndPoint self = new(IPAddress.Loopback, server.Port);

        for (int i = 0; i < Injected; i++)
        {
            forger.Send(new IPEndPoint(IPAddress.Loopback, 0), self, "{\"A\":7,\"B\":4}");
            forger.Send(self, self, "{\"A\":7,\"B\":4}");
            // this way too a true sender gets an answer
            forger.Send(new IPEndPoint(IPAddress.Loopback, peer.Port), self, "{\"A\":1,\"B\":1}");
            (await peer.ReceiveAsync()).Should().Be("{\"Sum\":2}\n");
        }

        DatagramTally tally = await server.StopUdpAsync();
        tally.Forged.Should().Be(2 * Injected);
        tally.Answered.Should().Be(Injected);
        tally.Received.Should().Be(3 * Injected);
    }

    /// <summary>Sends to the first as if the second had, and returns when both have handled all that there will ever be.</summary>
    private static async Task PointAtEachOtherAsync(Forger forger, ServerProcess first, ServerProcess second, string datagram)
    {
        IPEndPoint from = new(IPAddress.Parse("127.0.0.2"), second.Port);
        IPEndPoint to = new(IPAddress.Loopback, first.Port);
        for (int i = 0; i < Injected; i++)
            forger.Send(from, to, datagram);
        using DatagramPeer one = DatagramPeer.Connect(first.Port);
        using DatagramPeer other = DatagramPeer.Connect(second.Port, "127.0.0.2");
        // Datagrams are handled in turn: the first has handled what was injected, then the second what the first made of it,
        // and had the second answered, that would have reached the first before the last request.
        await one.AskAsync(1);
        await other.AskAsync(2);
        await one.AskAsync(3);
    }

    /// <summary>Any number of digits is as likely as any other, the shortest and the longest too.</summary>
    private static long AnyInteger(Random random) => random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64);
}
