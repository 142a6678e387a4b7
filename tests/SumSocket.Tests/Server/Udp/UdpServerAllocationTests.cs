using FluentAssertions;
using Xunit;

namespace SumSocket.Tests.Server.Udp;

/// <summary>What a datagram costs the garbage collector.</summary>
[Collection(Alone.Name)]
public sealed class UdpServerAllocationTests
{
    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Allocates_nothing_per_datagram()
    {
        const int Rounds = 5_000;
        await using UdpServerUnderTest server = UdpServerUnderTest.Start();
        byte[] request = "{\"A\":7,\"B\":4,\"Id\":9}"u8.ToArray();
        byte[] answer = new byte[100];

        double perDatagram = Allocations.OfTheProcess(() =>
        {
            for (int i = 0; i < Rounds; i++)
            {
                server.Peer.Send("x"u8); // dropped
                server.Peer.Send(request);
                server.Peer.Receive(answer);
            }
        }) / (2.0 * Rounds);

        perDatagram.Should().BeLessThan(1);
    }
}
