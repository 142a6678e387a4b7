using FluentAssertions;
using Microsoft.Extensions.Logging;
using SumSocket.Server.Tcp;
using SumSocket.Server.Tcp.Connection;
using SumSocket.Sockets;
using Xunit;

namespace SumSocket.Tests.Server.Tcp;

/// <summary>What the server reports about itself, and what that costs.</summary>
public sealed class ObservationTests
{
    private const int ConnectionOpened = 110;
    private const int ConnectionClosed = 111;
    private const int ConnectionFailed = 112;
    private const int RequestAnswered = 113;
    private const int Stopped = 132;

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Logs_each_connection_with_its_reason_and_counts()
    {
        await using ServerUnderTest server = ServerUnderTest.Start();
        using (RawPeer peer = await server.ConnectAsync())
        {
            await peer.AskAsync("""{"A":7,"B":4}""");
            await peer.AskAsync("""{"A":7}""");
            await peer.AskAsync("""{"A":9223372036854775807,"B":1}""");
        }

        LogEntry opened = await server.Log.NextAsync(ConnectionOpened);
        opened.Message.Should().StartWith("#1 opened by 127.0.0.1:");
        LogEntry closed = await server.Log.NextAsync(ConnectionClosed);
        closed.Message.Should().Be("#1 closed: peer_closed (peer, idle), 3 requests (2 errors) in 0.0 s");
        server.Log.Entries.Should().NotContain(entry => entry.Id == RequestAnswered);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Logs_each_request_at_level_debug_with_nothing_in_it_that_could_disturb_a_terminal()
    {
        await using ServerUnderTest server = ServerUnderTest.Start(lowest: LogLevel.Debug);
        using RawPeer peer = await server.ConnectAsync();

        await peer.AskAsync("""{"A":7,"B":4}""");
        await peer.AskAsync("{\"x\":\"\\n\xC2\x85\x7F" + new string('y', 200) + "\"}");
        await peer.AskAsync("\x1B[31m");

        (await server.Log.NextAsync(RequestAnswered)).Message.Should().Be("""#1 {"A":7,"B":4} -> {"Sum":11}""");
        string second = (await server.Log.NextAsync(RequestAnswered)).Message;
        second.Should().StartWith("""#1 {"x":"\\n\xC2\x85\x7Fyyy""").And.Contain("... (213 bytes) -> ");
        (await server.Log.NextAsync(RequestAnswered)).Message.Should().StartWith(@"#1 \x1B -> {""Error"":""invalid_json""");
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task The_log_ends_with_what_was_served_and_sweeps_end()
    {
        await using ServerUnderTest server = ServerUnderTest.Start();
        using (RawPeer first = await server.ConnectAsync())
            await first.AskAsync("""{"A":7,"B":4}""");
        await server.NextCloseAsync();
        using RawPeer second = await server.ConnectAsync();
        await second.AskAsync("""{"A":7,"B":4}""");
        await second.AskAsync("""{"A":1,"B":1}""");
        Task<bool> stopped = server.Server.StopAsync();
        await second.ReceiveToEndAsync();
        second.Dispose();

        (await stopped).Should().BeTrue();
        (await server.Log.NextAsync(Stopped)).Message.Should().Be("Stopped after 2 connections and 3 requests");
        server.Clock.NextDue.Should().NotBe(server.Server.SweepPeriod, "nothing is swept any more");
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task A_fault_of_its_own_ends_one_connection_and_is_logged()
    {
        await using ServerUnderTest server = ServerUnderTest.Start();
        server.Expected.Add(ConnectionFailed);
        server.Log.OnEntry = entry =>
        {
            if (entry.Id == ConnectionOpened && entry.Message.StartsWith("#1 ", StringComparison.Ordinal))
                throw new InvalidOperationException("the log is broken");
        };

        using RawPeer unlucky = await server.ConnectAsync();
        (await server.NextCloseAsync()).Should().Be(CloseReason.InternalError);
        using RawPeer next = await server.ConnectAsync();

        (await next.AskAsync("""{"A":7,"B":4}""")).Should().Be("""{"Sum":11}""");
        server.Log.Entries.Should().ContainSingle(entry => entry.Id == ConnectionFailed)
            .Which.Message.Should().Contain("the log is broken");
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task A_log_that_fails_at_the_end_of_a_connection_costs_no_place()
    {
        await using ServerUnderTest server = ServerUnderTest.Start(o => o with { MaxConnections = 1 });
        server.Log.OnEntry = entry =>
        {
            if (entry.Id != ConnectionClosed)
                return;
            server.Log.OnEntry = null;
            throw new InvalidOperationException("the log is broken");
        };
        using (RawPeer unlucky = await server.ConnectAsync())
            await unlucky.AskAsync("""{"A":7,"B":4}""");

        await server.AtRestAsync(0);

        using RawPeer next = await server.ConnectAsync();
        (await next.AskAsync("""{"A":7,"B":4}""")).Should().Be("""{"Sum":11}""");
    }

    [Fact]
    public void Options_outside_their_range_are_named()
    {
        Action zeroTimeout = () => _ = new SumTcpServer(new SumTcpServerOptions { ReadTimeout = TimeSpan.Zero });
        Action noAddress = () => _ = new SumTcpServer(new SumTcpServerOptions { EndPoints = [] });
        Action noConnections = () => _ = new SumTcpServer(new SumTcpServerOptions { MaxConnections = 0 });

        Action endlessDrain = () => _ = new SumTcpServer(new SumTcpServerOptions { DrainTimeout = TimeSpan.FromDays(60) });
        Action halfASecond = () => _ =
            new SumTcpServer(new SumTcpServerOptions { KeepAlive = KeepAlive.Default with { Idle = TimeSpan.FromSeconds(0.5) } });
        Action manyProbes = () => _ = new SumTcpServer(new SumTcpServerOptions { KeepAlive = KeepAlive.Default with { Probes = 128 } });

        endlessDrain.Should().Throw<ArgumentOutOfRangeException>("no timer runs so long").WithParameterName("DrainTimeout");
        halfASecond.Should().Throw<ArgumentOutOfRangeException>().WithParameterName("KeepAlive.Idle");
        manyProbes.Should().Throw<ArgumentOutOfRangeException>().WithParameterName("KeepAlive.Probes");
        zeroTimeout.Should().Throw<ArgumentOutOfRangeException>().WithParameterName("ReadTimeout");
        noAddress.Should().Throw<ArgumentOutOfRangeException>().WithParameterName("EndPoints");
        noConnections.Should().Throw<ArgumentOutOfRangeException>().WithParameterName("MaxConnections");
    }
}
