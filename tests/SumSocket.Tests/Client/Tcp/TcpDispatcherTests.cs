using System.Net;
using System.Net.Sockets;
using FluentAssertions;
using Microsoft.Extensions.Logging.Abstractions;
using SumSocket.Client;
using SumSocket.Client.Tcp;
using SumSocket.Protocol;
using Xunit;

namespace SumSocket.Tests.Client.Tcp;

public sealed class TcpDispatcherTests
{
    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Takes_no_answer_from_a_connection_that_was_given_up()
    {
        await using var server = new ScriptedServer();
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, server.Port);
        SumTcpClientOptions options = new() { Port = server.Port, InitialBackOff = TimeSpan.FromMinutes(1), MaxBackOff = TimeSpan.FromMinutes(1) };
        TcpDispatcher dispatcher = new(options, new ConnectionEvents(NullLogger.Instance), new ManualTimeProvider());
        SumConnection connection;
        lock (dispatcher.Gate)
            connection = dispatcher.Attach(socket, (IPEndPoint)socket.RemoteEndPoint!);
        dispatcher.Submit(7, 4, out ValueTask<SumResult> asked);
        dispatcher.End(connection, DisconnectReason.ByPeer); // it waits for the next connection now

        dispatcher.Answer(connection, [new Response(11)], separated: true, timestamp: 1).Should().Be(DisconnectReason.NoAnswer);

        asked.IsCompleted.Should().BeFalse("the answer came on a connection that is no more");
        connection.Stop();
        connection.Execute();
        await connection.Completion;
        await dispatcher.DisposeAsync();
        (await asked).Outcome.Should().Be(SumOutcome.OutcomeUnknown);
    }
}
