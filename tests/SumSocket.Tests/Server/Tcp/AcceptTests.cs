using System.Net;
using System.Net.Sockets;
using FluentAssertions;
using Microsoft.Extensions.Logging.Abstractions;
using SumSocket.Server.Tcp;
using SumSocket.Server.Tcp.Connection;
using Xunit;

namespace SumSocket.Tests.Server.Tcp;

/// <summary>Who is let in, and what accepting survives.</summary>
public class AcceptTests : ServerTest
{
    private const string BusyAnswer = "{\"Error\":\"busy\",\"Message\":\"the server is at its connection limit\"}\n";
    private const int NotTaken = 114;
    private const int AtConnectionLimit = 122;

    // rule T10
    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Answers_busy_beyond_the_connection_limit_and_serves_again_below_it()
    {
        await using ServerUnderTest server = Start(o => o with { MaxConnections = 2 });
        server.Expected.Add(AtConnectionLimit);
        using RawPeer first = await server.ConnectAsync();
        using RawPeer second = await server.ConnectAsync();
        await server.AtRestAsync(2);

        using (RawPeer third = await server.ConnectAsync())
            (await third.ReceiveToEndAsync()).Should().Be(BusyAnswer);
        (await server.NextCloseAsync()).Should().Be(CloseReason.Busy);
        (await second.AskAsync("""{"A":7,"B":4}""")).Should().Be("""{"Sum":11}""");

        await first.CloseAsync();
        (await server.NextCloseAsync()).Should().Be(CloseReason.PeerClosed);
        await server.AtRestAsync(1);
        using RawPeer fourth = await server.ConnectAsync();
        (await fourth.AskAsync("""{"A":7,"B":4}""")).Should().Be("""{"Sum":11}""");
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task A_busy_answer_arrives_although_the_peer_has_sent_requests()
    {
        await using ServerUnderTest server = Start(o => o with { MaxConnections = 1 });
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
    public async Task A_crowd_beyond_the_limit_holds_few_descriptors_and_harms_no_other_peer()
    {
        await using ServerUnderTest server = Start(o => o with { MaxConnections = 1 });
        server.Expected.Add(AtConnectionLimit);
        using RawPeer served = await server.ConnectAsync();
        await server.AtRestAsync(1);

        for (int i = 0; i < 200; i++)
            await server.ConnectBareAsync();
        (await served.AskAsync("""{"A":7,"B":4}""")).Should().Be("""{"Sum":11}""");

        server.Server.Connections.Count.Should().BeLessThanOrEqualTo(1 + 32, "each further one is closed at once");
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Limits_the_connections_of_one_peer_address()
    {
        await using ServerUnderTest server = Start(o => o with { MaxConnectionsPerIp = 1 });
        using RawPeer first = await server.ConnectAsync();
        await server.AtRestAsync(1);

        using RawPeer second = await server.ConnectAsync();
        (await second.ReceiveToEndAsync()).Should().Be(BusyAnswer);

        using var other = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        other.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.2"), 0));
        await other.ConnectAsync(server.EndPoint);
        (await (await ReadyAsync(new RawPeer(other))).AskAsync("""{"A":7,"B":4}""")).Should().Be("""{"Sum":11}""");
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
        await using ServerUnderTest server = Start();
        for (int i = 0; i < Count; i++)
            await server.ConnectAsync();
        await server.AtRestAsync(Count);

        server.Server.Connections.All.Distinct().Should().HaveCount(Count);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Peers_that_reset_at_once_harm_no_other()
    {
        await using ServerUnderTest server = Start();
        for (int i = 0; i < 100; i++)
        {
            RawPeer peer = await server.ConnectBareAsync();
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
        await using ServerUnderTest server = Start();
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
            await Peers_that_reset_at_once_harm_no_other();
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
    public async Task What_fails_when_a_connection_is_let_in_does_not_end_accepting()
    {
        await using ServerUnderTest server = Start(o => o with { MaxConnections = 1 });
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

        using RawPeer unlucky = await server.ConnectBareAsync();
        (await unlucky.ReceiveToEndAsync()).Should().BeEmpty();

        using RawPeer third = await server.ConnectAsync();
        (await third.ReceiveToEndAsync()).Should().Be(BusyAnswer);
        (await server.Log.NextAsync(NotTaken)).Message.Should().Contain("the log is broken");
    }
}
