using System.Net.Sockets;
using System.Text;
using FluentAssertions;
using SumSocket.Server.Tcp.Connection;
using Xunit;

namespace SumSocket.Tests.Server.Tcp;

/// <summary>What a request costs the garbage collector.</summary>
[Collection(Alone.Name)]
public sealed class ServerAllocationTests
{
    [Theory(Timeout = TestTimeout.Milliseconds)]
    [InlineData("usual", """{"A":7,"B":4}""", """{"Sum":11}""", 1, 100)]
    [InlineData("another order, with an Id", """{"B":-1,"A":2,"Id":9}""", """{"Sum":1,"Id":9}""", 1, 100)]
    [InlineData("rejected", """{"A":7}""", """{"Error":"missing_member","Message":"B is missing"}""", 1, 100)]
    [InlineData("pipelined", """{"A":7,"B":4}""", """{"Sum":11}""", 200, 10_000)]
    [InlineData("in pieces", """{"A":7,"B":4}""", """{"Sum":11}""", 1, 3)]
    public async Task Allocates_nothing_per_request(string shape, string request, string answer, int depth, int pieceLength)
    {
        const int Rounds = 1_000;
        await using ServerUnderTest server = ServerUnderTest.Start();
        using var peer = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        peer.Connect(server.EndPoint); // never used asynchronously, for then even its blocking calls would allocate
        byte[] requests = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(request, depth)));
        byte[] answers = new byte[(answer.Length + 1) * depth];
        await server.AtRestAsync(1);
        SumTcpConnection connection = server.Server.Connections.All.Single();
        Func<bool> isTaken = () => connection.Unread == 0;

        double perRequest = Allocations.OfTheProcess(() => Repeat(Rounds)) / (double)(Rounds * depth);

        perRequest.Should().BeLessThan(1, shape);

        void Repeat(int count)
        {
            for (int i = 0; i < count; i++)
            {
                for (int sent = 0; sent < requests.Length;)
                {
                    sent += peer.Send(requests.AsSpan(sent, Math.Min(pieceLength, requests.Length - sent)));
                    SpinWait.SpinUntil(isTaken); // else the kernel puts the pieces together again
                }

                for (int received = 0; received < answers.Length;)
                    received += peer.Receive(answers);
            }
        }
    }
}
