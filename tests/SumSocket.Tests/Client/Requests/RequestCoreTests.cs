using System.Net;
using System.Net.Sockets;
using FluentAssertions;
using Microsoft.Extensions.Logging.Abstractions;
using SumSocket.Client;
using SumSocket.Client.Requests;
using SumSocket.Client.Tcp;
using SumSocket.Protocol;
using SumSocket.Tests.Client.Tcp;
using Xunit;

namespace SumSocket.Tests.Client.Requests;

public sealed class RequestCoreTests
{
    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Takes_no_answer_from_a_connection_that_was_given_up()
    {
        await using var server = new ScriptedServer();
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, server.Port);
        var pause = TimeSpan.FromMinutes(1);
        SumTcpClientOptions options = new() { Port = server.Port, InitialBackOff = pause, MaxBackOff = pause };
        RequestCore core = new(
            options.ToCore(
                ), new TcpChannelOpener(options, TimeProvider.System), new ConnectionEvents(NullLogger.Instance), new ManualTimeProvider());
        Channel channel;
        lock (core.Lock)
            channel = core.Attach(new ConnectResult(socket, (IPEndPoint)socket.RemoteEndPoint!, "", ConnectionCause.None));
        ValueTask<SumResult> pending = core.SumAsync(7, 4, CancellationToken.None);
        core.End(channel, DisconnectReason.ByPeer); // it waits for the next connection now

        core.Answer(channel, [new Response(11)], separated: true, timestamp: 1).Should().Be(DisconnectReason.NoAnswer);

        pending.IsCompleted.Should().BeFalse("the answer came on a connection that is no more");
        channel.Close();
        new TcpReceiver((TcpChannel)channel, core).Start();
        await channel.Completion;
        await core.DisposeAsync();
        (await pending).Outcome.Should().Be(SumOutcome.OutcomeUnknown);
    }
}
