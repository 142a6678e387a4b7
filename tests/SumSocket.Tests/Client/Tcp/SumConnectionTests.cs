using System.Net;
using System.Net.Sockets;
using System.Text;
using FluentAssertions;
using Microsoft.Extensions.Logging.Abstractions;
using SumSocket.Client;
using SumSocket.Client.Tcp;
using Xunit;

namespace SumSocket.Tests.Client.Tcp;

/// <summary>One connection by itself, that finds in its socket what the test has put there before.</summary>
public sealed class SumConnectionTests
{
    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Leaves_the_thread_to_others_while_the_peer_always_has_more_to_say()
    {
        await using var server = new ScriptedServer();
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4 * SumConnection.TurnBytes };
        await socket.ConnectAsync(IPAddress.Loopback, server.Port, TestContext.Current.CancellationToken);
        ScriptedPeer peer = await server.AcceptAsync();
        byte[] space = Encoding.ASCII.GetBytes(new string(' ', 3 * SumConnection.TurnBytes / 2));
        await peer.SendAsync(space);
        peer.ShutdownSend();
        await TestTimeout.UntilAsync(() => socket.Available == space.Length, "the kernel has received it all");
        TaskCompletionSource<int> endedOnThread = new(TaskCreationOptions.RunContinuationsAsynchronously);
        ConnectionEvents events = new(NullLogger.Instance);
        events.Raised += _ => endedOnThread.SetResult(Environment.CurrentManagedThreadId);
        await using TcpDispatcher dispatcher = new(new SumTcpClientOptions { Port = server.Port }, events, new ManualTimeProvider());
        SumConnection connection;
        lock (dispatcher.Gate)
            connection = dispatcher.Attach(socket, (IPEndPoint)socket.RemoteEndPoint!);
        using var looked = new ManualResetEventSlim();
        var engine = new Thread(() =>
        {
            connection.Execute();
            looked.Wait(); // a thread that has ended leaves its number to the next one
        });

        engine.Start();
        int endedOn = await endedOnThread.Task;
        looked.Set();
        engine.Join();

        endedOn.Should().NotBe(engine.ManagedThreadId, "it had to let go of the thread and was taken up by another");
    }
}
