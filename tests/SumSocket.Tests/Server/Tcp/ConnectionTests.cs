using System.Net;
using System.Net.Sockets;
using System.Text;
using FluentAssertions;
using Microsoft.Extensions.Logging.Abstractions;
using SumSocket.Server;
using SumSocket.Server.Tcp;
using SumSocket.Server.Tcp.Connection;
using SumSocket.Sockets;
using Xunit;

namespace SumSocket.Tests.Server.Tcp;

/// <summary>One connection by itself, that finds in its socket what the test has put there before.</summary>
public sealed class ConnectionTests
{
    /// <summary>Several times what a loop may handle in a turn.</summary>
    private const int Plenty = 8 * SumTcpConnection.TurnBytes;

    private readonly TaskCompletionSource<int> _endedOnThread = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Answers_everything_received_before_a_drain_although_it_fills_several_buffers()
    {
        const int Count = 4 * SumTcpConnection.BufferSize / 13;
        (RawPeer connected, Socket accepted) = await PairWithAsync(string.Concat(Enumerable.Repeat("{\"A\":7,\"B\":4}", Count)));
        using RawPeer peer = connected;
        TcpServerContext context = Context();
        context.DrainFrom = 0;

        PlainTransport transport = new(accepted);
        new SumTcpConnection(transport, 1, admitted: true, context).Start(transport);

        (await peer.ReceiveToEndAsync()).Should().Be(string.Concat(Enumerable.Repeat("{\"Sum\":11}\n", Count)));
        peer.Dispose();
        await _endedOnThread.Task;
    }

    [Theory(Timeout = TestTimeout.Milliseconds)]
    [InlineData(true, CloseReason.PeerClosed)]
    [InlineData(false, CloseReason.Busy)]
    public async Task Leaves_the_thread_to_others_while_a_peer_always_has_more_to_say(bool admitted, CloseReason reason)
    {
        (RawPeer connected, Socket accepted) = await PairWithAsync(new string(' ', Plenty));
        using RawPeer peer = connected;
        peer.EndSending();
        PlainTransport transport = new(accepted);
        var connection = new SumTcpConnection(transport, 1, admitted, Context());
        using var looked = new ManualResetEventSlim();
        var engine = new Thread(() =>
        {
            connection.Start(transport);
            looked.Wait(); // a thread that has ended leaves its number to the next one
        });

        engine.Start();
        int endedOn = await _endedOnThread.Task;
        looked.Set();
        engine.Join();

        endedOn.Should().NotBe(engine.ManagedThreadId, "it had to let go of the thread and was taken up by another");
        connection.Reason.Should().Be(reason);
    }

    /// <summary>A connected pair, with all of the text received by the kernel and none of it read.</summary>
    private static async Task<(RawPeer Peer, Socket Accepted)> PairWithAsync(string text)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4 * Plenty };
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        RawPeer peer = await RawPeer.ConnectAsync((IPEndPoint)listener.LocalEndPoint!);
        Socket accepted = await listener.AcceptAsync();
        await peer.SendAsync(Encoding.ASCII.GetBytes(text));
        await TestTimeout.UntilAsync(() => accepted.Available == text.Length, "the kernel has received it all");
        return (peer, accepted);
    }

    private TcpServerContext Context() => new(
        new SumTcpServerOptions(),
        new SuspendAwareClock(new ManualTimeProvider()),
        NullLogger.Instance,
        connection => _endedOnThread.SetResult(Environment.CurrentManagedThreadId))
    {
        Delays = new DelayQueue<HeldRequest>(TimeProvider.System, held => held.Connection!.GoOn()),
        TryCount = (_, _) => true,
    };
}
