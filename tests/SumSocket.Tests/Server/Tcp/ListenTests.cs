using System.Net;
using System.Net.Sockets;
using FluentAssertions;
using Microsoft.Extensions.Logging.Abstractions;
using SumSocket.Server;
using SumSocket.Server.Tcp;
using SumSocket.Sockets;
using Xunit;

namespace SumSocket.Tests.Server.Tcp;

/// <summary>Where the server listens, with what options, and how its listener ends.</summary>
public sealed class ListenTests
{
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

    [Theory(Timeout = TestTimeout.Milliseconds)]
    [InlineData(false, 2)]
    [InlineData(true, 0)] // they wait for the next server
    public async Task Takes_what_the_kernel_has_completed_before_it_closes_the_listener(bool isShared, int count)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        using RawPeer first = await RawPeer.ConnectAsync((IPEndPoint)listener.LocalEndPoint!);
        using RawPeer second = await RawPeer.ConnectAsync((IPEndPoint)listener.LocalEndPoint!);
        var accepted = new List<Socket>();

        await new TcpAcceptor(listener, isShared, accepted.Add, TimeProvider.System, NullLogger.Instance)
            .RunAsync(new CancellationToken(true));

        accepted.Should().HaveCount(count);
        accepted.ForEach(socket => socket.Dispose());
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task An_accept_loop_that_ends_without_a_stop_fails_loudly()
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        TcpAcceptor acceptor = new(listener, isShared: false, socket => socket.Dispose(), TimeProvider.System, NullLogger.Instance);
        Task loop = acceptor.RunAsync(default);

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
