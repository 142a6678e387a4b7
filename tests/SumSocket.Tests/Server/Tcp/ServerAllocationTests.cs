using System.Net.Sockets;
using FluentAssertions;
using Xunit;

namespace SumSocket.Tests.Server.Tcp;

/// <summary>What a request costs the garbage collector.</summary>
[Collection(Alone.Name)]
public sealed class ServerAllocationTests
{
    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Allocates_nothing_per_request()
    {
        const int Rounds = 5_000;
        await using ServerUnderTest server = ServerUnderTest.Start();
        using var peer = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        peer.Connect(server.EndPoint); // never used asynchronously, for then even its blocking calls would allocate
        byte[] request = "{\"A\":7,\"B\":4}{\"B\":-1,\"A\":2,\"Id\":9}"u8.ToArray();
        byte[] answers = new byte[100];

        double perRequest = Allocations.OfTheProcess(() => Repeat(Rounds)) / (2.0 * Rounds);

        perRequest.Should().BeLessThan(1);

        void Repeat(int count)
        {
            for (int i = 0; i < count; i++)
            {
                peer.Send(request);
                for (int received = 0; received < "{\"Sum\":11}\n{\"Sum\":1,\"Id\":9}\n".Length;)
                    received += peer.Receive(answers);
            }
        }
    }
}
