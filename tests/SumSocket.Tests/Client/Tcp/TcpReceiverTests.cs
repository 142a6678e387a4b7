using System.Net;
using System.Net.Sockets;
using System.Text;
using FluentAssertions;
using Microsoft.Extensions.Logging.Abstractions;
using SumSocket.Client;
using SumSocket.Client.Requests;
using SumSocket.Client.Tcp;
using SumSocket.Sockets;
using Xunit;

namespace SumSocket.Tests.Client.Tcp;

/// <summary>One connection by itself, that finds in its socket what the test has put there before.</summary>
public sealed class TcpReceiverTests
{
    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Leaves_the_thread_to_others_while_the_peer_always_has_more_to_say()
    {
        await using var server = new ScriptedServer();
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            ReceiveBufferSize = 4 * TcpReceiver.TurnBytes,
        };
        await socket.ConnectAsync(IPAddress.Loopback, server.Port, TestContext.Current.CancellationToken);
        ScriptedPeer peer = await server.AcceptAsync();
        byte[] space = Encoding.ASCII.GetBytes(new string(' ', 3 * TcpReceiver.TurnBytes / 2));
        await peer.SendAsync(space);
        peer.ShutdownSend();
        await TestTimeout.UntilAsync(() => socket.Available == space.Length, "the kernel has received it all");
        TaskCompletionSource<int> endedOnThread = new(TaskCreationOptions.RunContinuationsAsynchronously);
        ConnectionEvents events = new(NullLogger.Instance);
        events.Raised += _ => endedOnThread.SetResult(Environment.CurrentManagedThreadId);
        SumTcpClientOptions options = new() { Port = server.Port };
        TcpChannelOpener opener = new(options, TimeProvider.System);
        await using RequestCore core = new(options.ToCore(), opener, events, new ManualTimeProvider());
        TcpReceiver receiver = Attach(core, socket);
        using var looked = new ManualResetEventSlim();
        var engine = new Thread(() =>
        {
            receiver.Execute();
            looked.Wait(); // a thread that has ended leaves its number to the next one
        });

        engine.Start();
        int endedOn = await endedOnThread.Task;
        looked.Set();
        engine.Join();

        endedOn.Should().NotBe(engine.ManagedThreadId, "it had to let go of the thread and was taken up by another");
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Shows_nothing_of_a_first_word_whose_start_came_alone()
    {
        await using var server = new ScriptedServer();
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, server.Port, TestContext.Current.CancellationToken);
        ScriptedPeer peer = await server.AcceptAsync();
        await peer.SendAsync("""{"Su""");
        await TestTimeout.UntilAsync(() => socket.Available > 0, "the start has come");
        TaskCompletionSource<ConnectionEvent> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        ConnectionEvents events = new(NullLogger.Instance);
        events.Raised += ended.SetResult;
        SumTcpClientOptions options = new() { Port = server.Port };
        TcpChannelOpener opener = new(options, TimeProvider.System);
        await using RequestCore core = new(options.ToCore(), opener, events, new ManualTimeProvider());
        TcpReceiver receiver = Attach(core, socket);

        receiver.Execute();
        await peer.SendAsync("""per":1}""");

        (await ended.Task).Reason.Should().Be("protocol violation: not an answer");
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task A_reset_behind_the_peers_end_does_not_unmake_the_end()
    {
        await using var server = new ScriptedServer();
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, server.Port, TestContext.Current.CancellationToken);
        ScriptedPeer peer = await server.AcceptAsync();
        peer.ShutdownSend();
        await TestTimeout.UntilAsync(() => socket.Poll(0, SelectMode.SelectRead), "the end has come");
        peer.Reset();
        await TestTimeout.UntilAsync(() => socket.Poll(0, SelectMode.SelectError), "the reset has come");
        TaskCompletionSource<ConnectionEvent> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        ConnectionEvents events = new(NullLogger.Instance);
        events.Raised += ended.SetResult;
        SumTcpClientOptions options = new() { Port = server.Port };
        TcpChannelOpener opener = new(options, TimeProvider.System);
        await using RequestCore core = new(options.ToCore(), opener, events, new ManualTimeProvider());
        TcpChannel channel;
        lock (core.Lock)
            channel = (TcpChannel)core.Attach(new ConnectResult(socket, new(IPAddress.Loopback, server.Port), "", ConnectionCause.None));

        new TcpReceiver(channel, core).Start();

        (await ended.Task).Cause.Should().Be(ConnectionCause.EndOfStream);
    }

    /// <summary>The kernel tells a failure to the call that asks first. That is mostly the send; the receive then completes with 0
    /// bytes.</summary>
    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Takes_a_failure_under_a_waiting_send_for_no_end_in_order()
    {
        const int Requests = 20_000; // more than both kernels take
        for (int round = 0; round < 10; round++)
        {
            using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            listener.Listen();
            await using var client = new SumTcpClient(
                new SumTcpClientOptions { Port = ((IPEndPoint)listener.LocalEndPoint!).Port, MaxInFlight = Requests });
            TaskCompletionSource<ConnectionEvent> lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
            client.ConnectionChanged += happened => _ = happened.Kind == ConnectionEventKind.Lost && lost.TrySetResult(happened);
            Task<SumResult> first = client.SumAsync(1, 1).AsTask();
            // With asynchronous calls the runtime might shut the socket down before it resets it.
            using Socket peer = listener.Accept();
            peer.Receive(new byte[256]);
            peer.Send("{\"Sum\":2}\n"u8);
            await first;

            for (int i = 0; i < Requests; i++)
                _ = client.SumAsync(i, 0).Preserve();
            await TestTimeout.UntilAsync(() => peer.Available > TcpTuning.BufferSize / 2, "the client's send waits for room");
            peer.Close(0);

            (await lost.Task).Should().BeEquivalentTo(new { Reason = "connection reset by peer", Cause = ConnectionCause.Reset });
        }
    }

    private static TcpReceiver Attach(RequestCore core, Socket socket)
    {
        TcpChannel channel;
        lock (core.Lock)
            channel = (TcpChannel)core.Attach(new ConnectResult(socket, (IPEndPoint)socket.RemoteEndPoint!, "", ConnectionCause.None));
        TcpReceiver receiver = new(channel, core);
        channel.Transport.Attach(receiver);
        return receiver;
    }
}
