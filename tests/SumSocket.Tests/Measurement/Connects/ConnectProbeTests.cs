using System.Net;
using System.Net.Sockets;
using FluentAssertions;
using SumSocket.Client.Tcp;
using SumSocket.Measurement.Connects;
using SumSocket.Measurement.Ping;
using Xunit;

namespace SumSocket.Tests.Measurement.Connects;

/// <summary>Connects to listeners that are no sum servers.</summary>
public sealed class ConnectProbeTests : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public ConnectProbeTests() => _listener.Start();

    public void Dispose() => _listener.Dispose();

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Connects_as_often_as_it_should_and_times_each_part()
    {
        ConnectProbe probe = Probe("127.0.0.1", Port, count: 3);

        List<ConnectRound> rounds = await RunAsync(probe);

        rounds.Select(round => round.Sequence).Should().Equal(1, 2, 3);
        rounds.Should().OnlyContain(round => round.IsConnected && round.Connect > TimeSpan.Zero && round.Time >= round.Connect
            && round.Resolve == null && round.Handshake == null && round.Reason.Length == 0);
        ConnectSummary summary = probe.Summary;
        (summary.Attempts, summary.Connected, summary.Failed, summary.Outages).Should().Be((3, 3, 0, 0));
        (summary.Connect!.Count, summary.Time!.Count).Should().Be((3, 3));
        (summary.Resolve, summary.Handshake).Should().Be((null, null));
        summary.AvailabilityPercent.Should().Be(100);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Times_the_resolving_of_a_name_apart()
    {
        List<ConnectRound> rounds = await RunAsync(Probe("localhost", Port, count: 1));

        ConnectRound round = rounds.Should().ContainSingle().Which;
        round.Resolve.Should().BePositive();
        round.Time.Should().BeGreaterThanOrEqualTo(round.Resolve!.Value + round.Connect!.Value);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Closes_each_connection_in_order_and_sends_nothing()
    {
        await RunAsync(Probe("127.0.0.1", Port, count: 1));

        using Socket accepted = await _listener.AcceptSocketAsync(TestContext.Current.CancellationToken);
        (await accepted.ReceiveAsync(new byte[1], TestContext.Current.CancellationToken)).Should().Be(0);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task A_service_that_is_not_there_is_an_outage_that_ends_when_it_is()
    {
        int port = Port;
        _listener.Stop();
        using TcpListener later = new(IPAddress.Loopback, port);
        ConnectProbe probe = Probe("127.0.0.1", port, count: null);
        List<ConnectRound> rounds = [];
        await foreach (ConnectRound round in probe.RunAsync(TestContext.Current.CancellationToken))
        {
            rounds.Add(round);
            if (rounds.Count == 2)
                later.Start();
            if (round.IsConnected)
                break;
        }

        rounds.SkipLast(1).Should().OnlyContain(round => round.Reason == "connection refused" && round.Connect == null);
        ConnectSummary summary = probe.Summary;
        (summary.Connected, summary.Failed, summary.Outages).Should().Be((1, rounds.Count - 1, 1));
        summary.RecentOutages.Should().ContainSingle().Which.Should().Match<PingOutage>(
            outage => outage.NoticedBy == "connection refused" && outage.Duration != null && outage.RoundsLost == rounds.Count - 1);
        summary.AvailabilityPercent.Should().BeLessThan(100);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task A_stop_ends_the_wait_for_the_next_round()
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        ConnectProbe probe = new(
            new ProbeConnector(new SumTcpClientOptions { Port = Port }),
            new ConnectProbeOptions { Interval = TimeSpan.FromHours(1) });
        await foreach (ConnectRound round in probe.RunAsync(stop.Token))
            await stop.CancelAsync();

        probe.Summary.Attempts.Should().Be(1);
    }

    private int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    private static ConnectProbe Probe(string host, int port, long? count) => new(
        new ProbeConnector(new SumTcpClientOptions { Host = host, Port = port }),
        new ConnectProbeOptions { Interval = TimeSpan.Zero, Count = count });

    private static async Task<List<ConnectRound>> RunAsync(ConnectProbe probe)
    {
        List<ConnectRound> rounds = [];
        await foreach (ConnectRound round in probe.RunAsync(TestContext.Current.CancellationToken))
            rounds.Add(round);
        return rounds;
    }
}
