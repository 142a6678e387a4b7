using SumSocket.SystemTests.Harness;

namespace SumSocket.SystemTests.Namespaces;

/// <summary>A machine with several addresses, each of which its clients may know it by.</summary>
public sealed class SeveralAddressesTests
{
    [Fact(Timeout = 60_000)]
    public async Task A_UDP_server_on_every_address_answers_from_the_one_that_was_asked()
    {
        await using NetworkPair network = await NetworkPair.CreateAsync();
        IReadOnlyList<string> addresses = await network.AddServerAddressesAsync();
        await using ServerProcess server = await ServerProcess.StartedAsync(network.Start("server", Programs.UdpServer, "--ip", "*"));
        foreach (string address in addresses)
        {
            using DatagramPeer peer = network.InClient(() => DatagramPeer.Connect(server.Port, address));
            for (int i = 0; i < 10; i++)
                await peer.AskAsync(i);
        }

        (await server.StopUdpAsync()).Answered.Should().Be(10 * addresses.Count);
    }
}
