using System.Net;
using System.Net.Sockets;
using FluentAssertions;
using Microsoft.Extensions.Logging.Abstractions;
using SumSocket.Server;
using SumSocket.Server.Tcp;
using SumSocket.Server.Tcp.Connection;
using SumSocket.Sockets;
using Xunit;

namespace SumSocket.Tests.Server.Tcp;

/// <summary>Who is let in, and what accepting survives.</summary>
public sealed class AcceptTests
{
    private const string BusyAnswer = "{\"Error\":\"busy\",\"Message\":\"the server is at its connection limit\"}\n";
    private const int NotTaken = 114;
    private const int AtConnectionLimit = 122;

    // rule T10
    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Answers_busy_beyond_the_connection_limit_and_serves_again_below_it()
    {
        await using ServerUnderTest server = ServerUnderTest.Start(o => o with { MaxConnections = 2 });
        server.Expected.Add(AtConnectionLimit);
        using RawPeer first = await server.ConnectAsync();
        using RawPeer second = await server.ConnectAsync();
        await server.AtRestAsync(2);

        using (RawPeer third = await server.ConnectAsync())
            (await third.ReceiveToEndAsync()).Should().Be(BusyAnswer);
        (await server.NextCloseAsync()).Should().Be(CloseReason.Busy);
        (await second.AskAsync("""{"A":7,"B":4}""")).Should().Be("""{"Sum":11}""");

        first.Dispose();
        (await server.NextCloseAsync()).Should().Be(CloseReason.PeerClosed);
        await server.AtRestAsync(1);
        using RawPeer fourth = await server.ConnectAsync();
        (await fourth.AskAsync("""{"A":7,"B":4}""")).Should().Be("""{"Sum":11}""");
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task A_busy_answer_arrives_although_the_peer_has_sent_requests()
    {
        await using ServerUnderTest server = ServerUnderTest.Start(o => o with { MaxConnections = 1 });
        server.Expected.Add(AtConnectionLimit);
        using RawPeer first = await server.ConnectAsync();
        await server.AtRestAsync(1);
        for (int i = 0; i < 50; i++)
        {
            using RawPeer refused = await server.ConnectAsync();
            await refused.SendAsync("""{"A":7,"B":4}{"A":7,"B":4}""");
            (await refused.ReceiveToEndAsync()).Should().Be(BusyAnswer);
        }
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task A_crowd_beyond_the_limit_holds_few_descriptors_and_harms_nobody()
    {
        await using ServerUnderTest server = ServerUnderTest.Start(o => o with { MaxConnections = 1 });
        server.Expected.Add(AtConnectionLimit);
        using RawPeer served = await server.ConnectAsync();
        await server.AtRestAsync(1);

        for (int i = 0; i < 200; i++)
            await server.ConnectAsync();
        (await served.AskAsync("""{"A":7,"B":4}""")).Should().Be("""{"Sum":11}""");

        server.Server.Connections.Count.Should().BeLessThanOrEqualTo(1 + 32, "each further one is closed at once");
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Limits_the_connections_of_one_peer_address()
    {
        await using ServerUnderTest server = ServerUnderTest.Start(o => o with { MaxConnectionsPerIp = 1 });
        using RawPeer first = await server.ConnectAsync();
        await server.AtRestAsync(1);

        using RawPeer second = await server.ConnectAsync();
        (await second.ReceiveToEndAsync()).Should().Be(BusyAnswer);

        using var other = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        other.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.2"), 0));
        await other.ConnectAsync(server.EndPoint);
        (await new RawPeer(other).AskAsync("""{"A":7,"B":4}""")).Should().Be("""{"Sum":11}""");
    }

    [Theory]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", true)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    [InlineData("2001:db8::1", "2001:db8::ffff:ffff:ffff:ffff", true)]
    [InlineData("2001:db8::1", "2001:db8:0:1::1", false)]
    [InlineData("fe80::1", "fe80::2", false)]
    public void Counts_an_address_by_the_host_that_owns_it(string first, string second, bool sameHost)
    {
        var registry = new ConnectionRegistry(10, 1, NullLogger.Instance);

        registry.Admit(IPAddress.Parse(first)).Should().Be(Admission.Served);
        registry.Admit(IPAddress.Parse(second)).Should().Be(sameHost ? Admission.Refused : Admission.Served);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Loses_sight_of_no_connection_while_their_number_grows()
    {
        const int Count = 150;
        await using ServerUnderTest server = ServerUnderTest.Start();
        for (int i = 0; i < Count; i++)
            await server.ConnectAsync();
        await server.AtRestAsync(Count);

        server.Server.Connections.All.Distinct().Should().HaveCount(Count);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Peers_that_reset_at_once_harm_nobody()
    {
        await using ServerUnderTest server = ServerUnderTest.Start();
        for (int i = 0; i < 100; i++)
        {
            RawPeer peer = await server.ConnectAsync();
            peer.Reset();
        }

        using RawPeer good = await server.ConnectAsync();
        (await good.AskAsync("""{"A":7,"B":4}""")).Should().Be("""{"Sum":11}""");
        await server.AtRestAsync(1);
    }

    [Theory(Timeout = TestTimeout.Milliseconds)]
    [InlineData("", "idle")]
    [InlineData("""{"A":7""", "request")]
    public async Task A_reset_is_the_peers_and_not_an_error_and_says_in_which_phase(string started, string phase)
    {
        await using ServerUnderTest server = ServerUnderTest.Start();
        RawPeer peer = await server.ConnectAsync();
        await peer.AskAsync("""{"A":7,"B":4}""");
        await peer.SendAsync(started);
        await server.AtRestAsync(1);

        peer.Reset();

        LogEntry closed = await server.Log.NextAsync(ServerUnderTest.ConnectionClosed);
        (closed["Reason"], closed["By"], closed["Phase"]).Should().Be(("peer_reset", "peer", phase));
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task No_failed_task_goes_unobserved()
    {
        var unobserved = new List<Exception>();
        TaskScheduler.UnobservedTaskException += Note;
        try
        {
            await Peers_that_reset_at_once_harm_nobody();
            GC.Collect();
            GC.WaitForPendingFinalizers();
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= Note;
        }

        unobserved.Where(e => e.StackTrace?.Contains("SumSocket.Server", StringComparison.Ordinal) == true).Should().BeEmpty();

        void Note(object? sender, UnobservedTaskExceptionEventArgs e) => unobserved.AddRange(e.Exception.InnerExceptions);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task A_second_server_on_the_port_is_refused_and_the_first_goes_on()
    {
        await using ServerUnderTest server = ServerUnderTest.Start();
        await using var second = new SumTcpServer(new SumTcpServerOptions { EndPoints = [server.EndPoint] });

        Action start = () => second.Start();

        start.Should().Throw<SumBindException>().WithMessage($"cannot listen on {server.EndPoint}: address already in use");
        using RawPeer peer = await server.ConnectAsync();
        (await peer.AskAsync("""{"A":7,"B":4}""")).Should().Be("""{"Sum":11}""");
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task An_address_of_a_kind_that_the_system_lacks_is_refused_like_any_other()
    {
        await using var server = new SumTcpServer(new SumTcpServerOptions { EndPoints = [new EndPointOfUnknownKind()] });

        server.Invoking(s => s.Start()).Should().Throw<SumBindException>()
            .WithMessage("cannot listen on 127.0.0.1:0: this system has no addresses of that kind");
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task What_fails_when_a_connection_is_let_in_does_not_end_accepting()
    {
        await using ServerUnderTest server = ServerUnderTest.Start(o => o with { MaxConnections = 1 });
        server.Expected.UnionWith([AtConnectionLimit, NotTaken]);
        server.Log.OnEntry = entry =>
        {
            if (entry.Id != AtConnectionLimit)
                return;
            server.Log.OnEntry = null;
            throw new InvalidOperationException("the log is broken");
        };
        using RawPeer first = await server.ConnectAsync();
        await server.AtRestAsync(1);

        using RawPeer unlucky = await server.ConnectAsync();
        (await unlucky.ReceiveToEndAsync()).Should().BeEmpty();

        using RawPeer third = await server.ConnectAsync();
        (await third.ReceiveToEndAsync()).Should().Be(BusyAnswer);
        (await server.Log.NextAsync(NotTaken)).Message.Should().Contain("the log is broken");
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Binds_all_of_its_addresses_or_none()
    {
        await using ServerUnderTest taken = ServerUnderTest.Start();
        var free = new IPEndPoint(IPAddress.Parse("127.0.0.3"), taken.EndPoint.Port);
        await using var second = new SumTcpServer(new SumTcpServerOptions { EndPoints = [free, taken.EndPoint] });

        second.Invoking(s => s.Start()).Should().Throw<SumBindException>();

        await using var third = new SumTcpServer(new SumTcpServerOptions { EndPoints = [free] });
        third.Start().Should().Equal(free);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Starts_again_at_once_on_the_port_it_had()
    {
        IPEndPoint endPoint;
        await using (ServerUnderTest server = ServerUnderTest.Start(o => o with { ReadTimeout = TimeSpan.FromSeconds(1) }))
        {
            endPoint = server.EndPoint;
            using RawPeer peer = await server.ConnectAsync();
            await server.AtRestAsync(1);
            server.Clock.Advance(TimeSpan.FromSeconds(1)); // the server closes first, so that TIME_WAIT is on its side
            (await peer.ReceiveToEndAsync()).Should().BeEmpty();
        }

        await using ServerUnderTest again = ServerUnderTest.Start(o => o with { EndPoints = [endPoint] });
        using RawPeer second = await again.ConnectAsync();
        (await second.AskAsync("""{"A":7,"B":4}""")).Should().Be("""{"Sum":11}""");
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task An_IPv6_listener_leaves_IPv4_alone()
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "this machine has no IPv6");
        await using ServerUnderTest server = ServerUnderTest.Start(o => o with { EndPoints = [new IPEndPoint(IPAddress.IPv6Any, 0)] });
        using RawPeer peer = await RawPeer.ConnectAsync(new IPEndPoint(IPAddress.IPv6Loopback, server.EndPoint.Port));
        (await peer.AskAsync("""{"A":7,"B":4}""")).Should().Be("""{"Sum":11}""");

        Func<Task> overIPv4 = () => RawPeer.ConnectAsync(new IPEndPoint(IPAddress.Loopback, server.EndPoint.Port));

        (await overIPv4.Should().ThrowAsync<SocketException>()).Which.SocketErrorCode.Should().Be(SocketError.ConnectionRefused);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Takes_what_the_kernel_has_completed_before_it_closes_the_listener()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        using RawPeer first = await RawPeer.ConnectAsync((IPEndPoint)listener.LocalEndPoint!);
        using RawPeer second = await RawPeer.ConnectAsync((IPEndPoint)listener.LocalEndPoint!);
        var accepted = new List<Socket>();

        await new TcpAcceptor(listener, accepted.Add, TimeProvider.System, NullLogger.Instance).RunAsync(new CancellationToken(true));

        accepted.Should().HaveCount(2);
        accepted.ForEach(socket => socket.Dispose());
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task An_accept_loop_that_ends_without_a_stop_fails_loudly()
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        Task loop = new TcpAcceptor(listener, socket => socket.Dispose(), TimeProvider.System, NullLogger.Instance).RunAsync(default);

        listener.Dispose();

        await loop.Invoking(task => task.WaitAsync(TestTimeout.Span)).Should().ThrowAsync<ObjectDisposedException>();
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Accepted_sockets_have_bounded_buffers_keep_alive_and_a_user_timeout()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        TcpTuning.Apply(listener, new KeepAlive(TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(3), 4), TimeSpan.FromSeconds(50));
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        using RawPeer peer = await RawPeer.ConnectAsync((IPEndPoint)listener.LocalEndPoint!);
        using Socket accepted = await listener.AcceptAsync();
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only Linux passes the listener's options on");

        accepted.NoDelay.Should().BeTrue();
        accepted.ReceiveBufferSize.Should().Be(2 * TcpTuning.BufferSize, "Linux doubles the value for its own book-keeping");
        accepted.SendBufferSize.Should().Be(2 * TcpTuning.BufferSize);
        accepted.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive).Should().Be(1);
        accepted.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime).Should().Be(7);
        accepted.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval).Should().Be(3);
        accepted.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount).Should().Be(4);
        byte[] userTimeout = new byte[4];
        accepted.GetRawSocketOption(6, 18, userTimeout);
        BitConverter.ToInt32(userTimeout).Should().Be(50_000);
    }

    /// <summary>Stands for an IPv6 address on a machine without IPv6.</summary>
    private sealed class EndPointOfUnknownKind() : IPEndPoint(IPAddress.Loopback, 0)
    {
        public override AddressFamily AddressFamily => AddressFamily.AppleTalk;
    }
}
