using System.Net;
using System.Net.Sockets;
using System.Text;
using FluentAssertions;
using SumSocket.Protocol;
using SumSocket.Server.Udp;
using Xunit;

namespace SumSocket.Tests.Server.Udp;

/// <summary>Datagrams that ask for more than a sum.</summary>
public sealed class UdpProbeTests
{
    private static readonly TimeSpan _second = TimeSpan.FromSeconds(1);

    // rule O6
    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task A_delayed_answer_comes_at_its_time_and_holds_back_no_other()
    {
        await using UdpServerUnderTest server = UdpServerUnderTest.Start();
        server.Send(Delayed(1, 2000));
        server.Ask("""{"A":1,"B":1,"Id":2}""").Should().Be("{\"Sum\":2,\"Id\":2}\n");

        server.Clock.Advance(2 * _second - TimeSpan.FromMilliseconds(1));
        SpinWait.SpinUntil(() => server.Server.Counts.Answered > 0); // the first is counted after it was sent
        server.Server.Counts.Answered.Should().Be(1);
        server.Clock.Advance(TimeSpan.FromMilliseconds(1));

        server.Receive().Should().Be("{\"Sum\":11,\"Id\":1}\n");
    }

    // rule O6
    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Only_so_many_answers_are_held_back()
    {
        await using UdpServerUnderTest server = UdpServerUnderTest.Start(o => o with { MaxDelayed = 3 });
        for (int id = 1; id <= 5; id++)
            server.Send(Delayed(id, 1000));
        server.Ask("""{"A":1,"B":1,"Id":9}""").Should().Be("{\"Sum\":2,\"Id\":9}\n");
        server.Server.Counts[DropReason.DelayRefused].Should().Be(2);

        server.Clock.Advance(_second);
        for (int id = 1; id <= 3; id++)
            server.Receive().Should().StartWith("{\"Sum\":11,\"Id\":");
        server.Send(Delayed(6, 1000));
        server.Ask("""{"A":1,"B":1,"Id":9}""").Should().Be("{\"Sum\":2,\"Id\":9}\n");
        server.Server.Counts[DropReason.DelayRefused].Should().Be(2, "there is room again");
    }

    // rule O6
    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task A_longer_delay_than_allowed_gets_no_answer()
    {
        await using UdpServerUnderTest server = UdpServerUnderTest.Start(o => o with { MaxDelay = _second });
        server.Send(Delayed(1, 1001));
        server.Send("""{"A":7,"B":4,"Delay":-1}""");
        server.Send("""{"A":7,"B":4,"Delay":"1"}""");
        server.Ask("""{"A":1,"B":1,"Id":9}""").Should().Be("{\"Sum\":2,\"Id\":9}\n");
        server.Server.Counts[DropReason.DelayRefused].Should().Be(1);
        server.Server.Counts[DropReason.NotARequest].Should().Be(2);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task A_datagram_whose_answer_is_held_back_is_one_that_came()
    {
        await using UdpServerUnderTest server = UdpServerUnderTest.Start(o => o with { IdleTimeout = 30 * _second });
        server.Ask("""{"A":1,"B":1,"Id":1}""");
        server.Clock.Advance(29 * _second);
        server.Send(Delayed(2, 60_000));
        server.Ask("""{"A":1,"B":1,"Id":3}"""); // so the one before it is held
        server.Clock.Advance(29 * _second);
        server.Server.Idle.IsCompleted.Should().BeFalse();
    }

    // rule O6
    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task A_stop_sends_what_is_held_back()
    {
        await using UdpServerUnderTest server = UdpServerUnderTest.Start();
        for (int id = 1; id <= 20; id++)
            server.Send(Delayed(id, 60_000));
        server.Ask("""{"A":1,"B":1,"Id":99}""").Should().Be("{\"Sum\":2,\"Id\":99}\n");

        await server.Server.StopAsync().WaitAsync(TestTimeout.Span);

        for (int id = 1; id <= 20; id++)
            server.Receive().Should().StartWith("{\"Sum\":11,\"Id\":");
        server.Server.Counts.Answered.Should().Be(21);
    }

    // rule O6, rule U3
    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Reports_the_peer_when_the_request_is_as_long_as_the_answer()
    {
        await using UdpServerUnderTest server = UdpServerUnderTest.Start();
        string peer = server.Peer.LocalEndPoint!.ToString()!;
        string wanted = $"{{\"Sum\":11,\"Id\":5,\"Path\":{{\"Peer\":\"{peer}\"}}}}\n";
        const string Request = """{"A":7,"B":4,"Id":5,"Path":true}""";

        server.Ask(Request.PadRight(wanted.Length)).Should().Be(wanted);
        server.Ask(Request.PadRight(wanted.Length - 1)).Should().Be("{\"Sum\":11,\"Id\":5}\n");
        server.Ask(Request.PadRight(ProtocolLimits.MaxDatagramLength)).Should().Be(wanted);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task A_server_that_does_not_report_skips_it()
    {
        await using UdpServerUnderTest server = UdpServerUnderTest.Start(o => o with { ReportsPath = false });
        server.Ask("""{"A":7,"B":4,"Path":true}""".PadRight(500)).Should().Be("{\"Sum\":11}\n");
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task A_flood_of_delays_from_many_senders_stays_within_the_limit_and_ends()
    {
        await using UdpServerUnderTest server = UdpServerUnderTest.Start(o => o with { MaxDelayed = 100 });
        byte[] datagram = Encoding.ASCII.GetBytes(Delayed(1, 500));
        for (int i = 0; i < 50; i++)
        {
            using Socket sender = server.ConnectFrom(IPAddress.Loopback, 0);
            for (int j = 0; j < 20; j++)
                sender.Send(datagram);
            server.Ask("""{"A":1,"B":1,"Id":9}""").Should().Be("{\"Sum\":2,\"Id\":9}\n"); // it keeps up
        }

        server.Server.Counts[DropReason.DelayRefused].Should().Be(900);
        server.Clock.Advance(_second);
        await server.UntilReceivedAsync(1050);
        (server.Server.Counts.Answered + server.Server.Counts[DropReason.SendFailed]).Should().Be(150, "senders may be gone by then");
    }

    private static string Delayed(int id, int milliseconds) => $"{{\"A\":7,\"B\":4,\"Id\":{id},\"Delay\":{milliseconds}}}";
}
