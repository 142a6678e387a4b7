using System.Net;
using System.Net.Sockets;
using System.Text;
using FluentAssertions;
using Microsoft.Extensions.Logging;
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

    [Theory(Timeout = TestTimeout.Milliseconds)]
    [InlineData(SocketError.NoBufferSpaceAvailable, CloseReason.SystemError)] // ENOBUFS
    [InlineData(SocketError.SocketError, CloseReason.SystemError)] // ENOMEM
    [InlineData(SocketError.AccessDenied, CloseReason.SystemError)] // EPERM
    [InlineData(SocketError.InvalidArgument, CloseReason.InternalError)]
    [InlineData(SocketError.ConnectionReset, CloseReason.PeerReset)]
    public async Task A_fault_of_the_system_is_one_line_and_no_bug(SocketError error, CloseReason reason)
    {
        (RawPeer connected, Socket accepted) = await PairWithAsync("""{"A":7,"B":4}""");
        using RawPeer peer = connected;
        LogRecorder log = new();
        PlainTransport bare = new(accepted);
        FailingTransport transport = new(bare) { OfSend = new SocketException((int)error) };
        SumTcpConnection connection = new(transport, 1, admitted: true, Context(log));

        connection.Start(bare);
        await _endedOnThread.Task;

        connection.Reason.Should().Be(reason);
        List<LogEntry> lines = [.. log.Entries.Where(entry => entry.Level > LogLevel.Information)];
        (lines.Count, lines.Any(entry => entry.Message.Contains("   at ", StringComparison.Ordinal))).Should()
            .Be((reason == CloseReason.PeerReset ? 0 : 1, reason == CloseReason.InternalError));
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task A_check_that_fails_for_one_leaves_the_others_their_deadlines()
    {
        ManualTimeProvider time = new();
        LogRecorder log = new();
        SumTcpServerOptions options = new();
        ConnectionRegistry registry = new(10, null, log);
        SuspendAwareClock clock = new(time, TimeSpan.Zero);
        TcpServerContext context = Context(log, clock);
        using DeadlineTimer timer = new(registry, clock, time, options, log);
        (RawPeer first, FailingTransport failing) = await ServedAsync(context, registry);
        (RawPeer second, _) = await ServedAsync(context, registry);
        failing.OfAvailable = new InvalidOperationException("a bug");

        time.Advance(options.ReadTimeout);

        (await second.ReceiveToEndAsync()).Should().BeEmpty("its deadline has passed");
        log.Entries.Should().Contain(entry => entry.Id == 141 && entry.Message.Contains("a bug", StringComparison.Ordinal));
        first.Dispose();
        second.Dispose();
    }

    /// <summary>A connection that waits for its peer.</summary>
    private static async Task<(RawPeer Peer, FailingTransport Transport)> ServedAsync(TcpServerContext context, ConnectionRegistry registry)
    {
        (RawPeer peer, Socket accepted) = await PairWithAsync("");
        PlainTransport bare = new(accepted);
        FailingTransport transport = new(bare);
        SumTcpConnection connection = new(transport, 1, admitted: true, context);
        registry.Admit(null);
        registry.Add(connection, null);
        connection.Start(bare);
        await TestTimeout.UntilAsync(() => connection.IsParked, "it waits");
        return (peer, transport);
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

    private TcpServerContext Context(ILogger? log = null, SuspendAwareClock? clock = null) => new(
        new SumTcpServerOptions(),
        clock ?? new SuspendAwareClock(new ManualTimeProvider(), TimeSpan.Zero),
        log ?? NullLogger.Instance,
        connection => _endedOnThread.TrySetResult(Environment.CurrentManagedThreadId))
    {
        Delays = new DelayQueue<HeldRequest>(TimeProvider.System, held => held.Connection!.GoOn()),
        TryCount = (_, _) => true,
    };
}
