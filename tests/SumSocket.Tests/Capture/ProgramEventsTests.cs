using System.Net;
using System.Net.Sockets;
using FluentAssertions;
using SumSocket.Capture.Decoding;
using SumSocket.Capture.Live;
using SumSocket.Client;
using SumSocket.Sockets;
using Xunit;

namespace SumSocket.Tests.Capture;

/// <summary>Which sockets are the program's own, and for how long what it does is kept.</summary>
public sealed class ProgramEventsTests
{
    private readonly ProgramEvents _program = new(withData: true);

    [Fact]
    public async Task An_attempt_that_was_cancelled_before_its_call_is_not_waited_for()
    {
        using CancellationTokenSource stop = new();
        Connector connector = new(
            "127.0.0.1", 9, Timeout.InfiniteTimeSpan, TimeProvider.System,
            family => new Socket(family, SocketType.Stream, ProtocolType.Tcp))
        {
            Prepare = _ => stop.Cancel(),
            Observer = _program,
        };
        await FluentActions.Awaiting(() => connector.ConnectAsync(preferIPv4: true, stop.Token))
            .Should().ThrowAsync<OperationCanceledException>();

        Task<bool> isOwn = Task.Run(() => _program.IsOwn(Endpoint.Of(Wire.Client), long.MaxValue), TestContext.Current.CancellationToken);

        (await isOwn.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken)).Should().BeFalse("it sent nothing");
    }

    [Fact]
    public async Task The_end_ends_the_wait_for_an_address()
    {
        new ObservedSocket(_program, Wire.Server).Add(SocketAction.Connects, time: 1);
        _program.Close();

        Task<bool> isOwn = Task.Run(() => _program.IsOwn(Endpoint.Of(Wire.Client), 1), TestContext.Current.CancellationToken);

        (await isOwn.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken)).Should().BeFalse();
    }

    [Fact]
    public void What_waits_is_bounded_and_what_is_left_out_is_counted()
    {
        ObservedSocket socket = new(_program, Wire.Server, Wire.Client);
        for (int i = 0; i < ProgramEvents.MaxWaiting + 10; i++)
            socket.Add(SocketAction.Wrote, bytes: 14, time: 1);
        socket.Add(SocketAction.Closes, time: 1);

        _program.Dropped.Should().Be(10);
        int taken = 0, closes = 0;
        for (; _program.TryTake(1, out SocketEvent happened); taken++)
            closes += happened.Action == SocketAction.Closes ? 1 : 0;
        taken.Should().Be(ProgramEvents.MaxWaiting + 1);
        closes.Should().Be(1, "ends have room where data has none");
        socket.Add(SocketAction.Wrote, bytes: 14, time: 1);
        _program.Dropped.Should().Be(10, "there is room again");
    }

    [Fact]
    public void The_port_of_a_socket_that_was_closed_may_be_anothers()
    {
        const long Second = 1_000_000_000;
        ObservedSocket socket = new(_program, Wire.Server, Wire.Client);
        socket.Add(SocketAction.Connects, time: Second);
        socket.Add(SocketAction.Closes, time: 5 * Second);
        Endpoint client = Endpoint.Of(Wire.Client);
        _program.IsOwn(client, Second).Should().BeTrue();

        while (_program.TryTake(5 * Second, out _))
            _program.Forget(5 * Second);
        _program.IsOwn(client, 5 * Second).Should().BeTrue();
        _program.Forget(7 * Second);

        _program.IsOwn(client, 7 * Second).Should().BeFalse();
    }

    [Fact]
    public void An_attempt_that_never_had_an_address_makes_nothing_its_own()
    {
        ObservedSocket socket = new(_program, Wire.Server);
        socket.Add(SocketAction.Connects, time: 1);
        socket.Settle(null);

        _program.IsOwn(Endpoint.Of(new IPEndPoint(IPAddress.Parse("10.0.0.1"), 40_000)), ObservedSocket.Now).Should().BeFalse();
    }
}
