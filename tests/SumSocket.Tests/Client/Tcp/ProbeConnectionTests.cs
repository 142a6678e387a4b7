using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using FluentAssertions;
using SumSocket.Client;
using SumSocket.Client.Tcp;
using SumSocket.Protocol;
using SumSocket.Sockets;
using Xunit;

namespace SumSocket.Tests.Client.Tcp;

/// <summary>The connection of the commands that examine a path: each way it can go is a value of its own.</summary>
[Collection(Alone.Name)]
public sealed class ProbeConnectionTests : IAsyncLifetime
{
    private readonly Dictionary<bool, ScriptedServer> _servers = [];

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (ScriptedServer server in _servers.Values)
            await server.DisposeAsync();
    }

    [Theory(Timeout = TestTimeout.Milliseconds)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Sends_what_is_asked_for_and_returns_the_answer_with_its_report(bool tls)
    {
        (ProbeConnection probe, ScriptedPeer peer) = await ConnectAsync(tls);
        using ProbeConnection connection = probe;

        probe.Send(new Request(7, 4), new RequestProbe(50, new PathQuery(IsAsked: true))).Should().Be(SocketError.Success);
        (await peer.ReadOnceAsync()).Should().Be("{\"A\":7,\"B\":4,\"Delay\":50,\"Path\":true}\n");
        await peer.SendAsync("{\"Sum\":11,\"Pa");
        await peer.SendAsync("th\":{\"Peer\":\"10.0.0.5:40122\",\"Key\":5}}\n{\"Sum\":12}\n");

        ProbeResult first = await probe.ReceiveAsync(TestTimeout.Span);
        first.IsSum.Should().BeTrue();
        first.Response.Sum.Should().Be(11);
        first.Path.Should().Be(new PathReport { Peer = "10.0.0.5:40122", Key = 5 });
        ProbeResult second = await probe.ReceiveAsync(TestTimeout.Span);
        second.Response.Sum.Should().Be(12);
        second.Path.Should().BeNull();
    }

    [Theory(Timeout = TestTimeout.Milliseconds)]
    [InlineData(false, "end", "Ended")]
    [InlineData(true, "end", "Ended")]
    [InlineData(false, "inside", "EndedInAnswer")]
    [InlineData(true, "inside", "EndedInAnswer")]
    [InlineData(true, "bare", "EndedUnannounced")]
    [InlineData(false, "reset", "Reset")]
    [InlineData(true, "reset", "Reset")]
    [InlineData(false, "foreign", "Foreign")]
    [InlineData(true, "foreign", "Foreign")]
    [InlineData(false, "blank", "Foreign")]
    [InlineData(false, "here", "Closed")]
    [InlineData(true, "here", "Closed")]
    public async Task Each_end_is_known_by_its_name_and_stays(bool tls, string what, string outcome)
    {
        (ProbeConnection probe, ScriptedPeer peer) = await ConnectAsync(tls);
        using ProbeConnection connection = probe;
        Task<ProbeResult> receiving = probe.ReceiveAsync(TestTimeout.Span);

        switch (what)
        {
            case "end":
                peer.ShutdownSend();
                break;
            case "inside":
                await peer.SendAsync("{\"Sum\":1");
                peer.ShutdownSend();
                break;
            case "bare":
                peer.CloseBare();
                break;
            case "reset":
                peer.Reset();
                break;
            case "foreign":
                await peer.SendAsync("SSH-2.0-OpenSSH_9.2\r\n");
                break;
            case "blank":
                await peer.SendAsync(new string(' ', 128 * 1024));
                break;
            default:
                probe.Dispose();
                break;
        }

        ProbeResult end = await receiving;
        end.Outcome.ToString().Should().Be(outcome);
        end.IsEnd.Should().BeTrue();
        (await probe.ReceiveAsync(TestTimeout.Span)).Outcome.Should().Be(end.Outcome);
        if (what == "foreign")
            Encoding.ASCII.GetString(end.FirstBytes.Span).Should().StartWith("SSH-2.0");
        end.FirstBytes.Length.Should().BeLessThanOrEqualTo(64);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task An_answer_comes_after_the_sending_side_was_ended_and_then_the_end()
    {
        (ProbeConnection probe, ScriptedPeer peer) = await ConnectAsync();
        using ProbeConnection connection = probe;

        probe.Send(new Request(7, 4));
        probe.EndSending();
        await peer.ServeAsync();
        await peer.ReadToEndAsync();

        (await probe.ReceiveAsync(TestTimeout.Span)).Response.Sum.Should().Be(11);
        peer.ShutdownSend();
        (await probe.ReceiveAsync(TestTimeout.Span)).Outcome.Should().Be(ProbeOutcome.Ended, "nothing is wrong with a closed state then");
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task A_time_out_loses_nothing_that_comes_later_and_the_instant_is_kept()
    {
        (ProbeConnection probe, ScriptedPeer peer) = await ConnectAsync();
        using ProbeConnection connection = probe;

        (await probe.ReceiveAsync(TimeSpan.FromMilliseconds(1))).Outcome.Should().Be(ProbeOutcome.NoAnswer);
        await peer.SendAsync("{\"Sum\":11}\n");
        await TestTimeout.UntilAsync(() => probe.ReadTcpDetails() is null or { ReceivedSegmentSize: > 0 }, "it is there");
        await Task.Yield();
        long before = TimeProvider.System.GetTimestamp();

        ProbeResult late = await probe.ReceiveAsync(TestTimeout.Span);
        late.Response.Sum.Should().Be(11);
        late.Timestamp.Should().BeLessThan(before + TimeProvider.System.TimestampFrequency);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Many_silent_connections_share_one_handler_which_hears_of_each_once()
    {
        var handler = new Recorder();
        List<(ProbeConnection Probe, ScriptedPeer Peer)> all = [];
        for (int i = 0; i < 4; i++)
            all.Add(await ConnectAsync(i % 2 == 1));
        all.ForEach(one => one.Probe.Receive(handler));

        foreach ((_, ScriptedPeer peer) in all)
            peer.Close();
        await TestTimeout.UntilAsync(() => handler.Results.Count == 4, "all have ended");

        handler.Results.Select(one => one.Result.Outcome).Should().AllBeEquivalentTo(ProbeOutcome.Ended);
        handler.Results.Select(one => one.Probe).Should().BeEquivalentTo(all.Select(one => one.Probe));
        all.ForEach(one => one.Probe.Dispose());
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task A_reset_goes_to_the_peer()
    {
        (ProbeConnection probe, ScriptedPeer peer) = await ConnectAsync();
        probe.Reset();
        Func<Task> reading = peer.ReadOnceAsync;
        (await reading.Should().ThrowAsync<SocketException>()).Which.SocketErrorCode.Should().Be(SocketError.ConnectionReset);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task A_reset_under_a_pending_send_is_no_end_in_order()
    {
        for (int i = 0; i < 20; i++)
        {
            (ProbeConnection probe, ScriptedPeer peer) = await ConnectAsync();
            using ProbeConnection connection = probe;
            Task<ProbeResult> receiving = probe.ReceiveAsync(TestTimeout.Span);
            Task<SocketError> sending = probe.SendAsync(new byte[16 * 1024 * 1024]);
            sending.IsCompleted.Should().BeFalse();

            peer.Reset();

            ProbeResult end = await receiving;
            end.Outcome.Should().Be(ProbeOutcome.Reset, $"of {end}, try {i}, the send got {await sending}");
        }
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task A_port_without_a_process_is_refused_and_a_server_without_TLS_is_named()
    {
        ScriptedServer server = Server(tls: false);
        var tls = new ProbeConnector(new SumTcpClientOptions { Port = server.Port, Tls = new TlsClientOptions() });
        Task<ProbeAttempt> shaking = tls.ConnectAsync();
        ScriptedPeer peer = await server.AcceptAsync();
        await peer.SendAsync("220 smtp.example ESMTP\r\n");
        ProbeAttempt plain = await shaking;
        (plain.Connection, plain.Cause).Should().Be((null, ConnectionCause.TlsFailed));
        plain.Reason.Should().Contain("plain text");

        server.Close();
        ProbeAttempt refused = await new ProbeConnector(new SumTcpClientOptions { Port = server.Port }).ConnectAsync();
        (refused.Connection, refused.Cause, refused.Error).Should()
            .Be((null, ConnectionCause.Refused, SocketError.ConnectionRefused));
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Reads_back_what_the_kernel_has()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Linux reports it");
        (ProbeConnection probe, ScriptedPeer peer) = await ConnectAsync(configure: o => o with
        {
            KeepAlive = new KeepAlive(TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(3), 2),
            UserTimeout = TimeSpan.FromSeconds(11),
        });
        using ProbeConnection connection = probe;
        probe.Send(new Request(7, 4));
        await peer.ServeAsync();
        await probe.ReceiveAsync(TestTimeout.Span);

        EffectiveOptions options = probe.ReadOptions()!;
        options.Settings.Should().Be(new TcpSettings(
            new KeepAlive(TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(3), 2), TimeSpan.FromSeconds(11)));
        (options.NoDelay, options.SendBuffer, options.Retries > 0).Should().Be((true, 2 * TcpTuning.BufferSize, true));
        options.CongestionControl.Should().MatchRegex("^[a-z0-9_]+$");
        TcpDetails details = probe.ReadTcpDetails()!;
        (details.State, details.AcknowledgedBytes > 0, details.SendWindow > 0, details.AnnouncedSegmentSize > 500).Should()
            .Be((TcpState.Established, true, true, true));
        (details.Path.PathMtu > details.Path.SegmentSize, details.Path.RoundTrip > TimeSpan.Zero).Should().Be((true, true));
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task A_silent_connection_takes_about_a_thousand_bytes()
    {
        const int Count = 300;
        await using var server = new ScriptedServer(backlog: 512); // the kernel completes them, so that only one end is here
        var connector = new ProbeConnector(new SumTcpClientOptions { Port = server.Port });
        var handler = new Recorder();
        var all = new ProbeConnection[Count];
        for (int i = 0; i < 100; i++) // what is made once does not count
        {
            using ProbeConnection warm = (await connector.ConnectAsync()).Connection!;
            warm.Receive(handler);
        }

        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (int i = 0; i < Count; i++)
        {
            all[i] = (await connector.ConnectAsync()).Connection!;
            all[i].Receive(handler);
        }

        long each = (GC.GetTotalMemory(forceFullCollection: true) - before) / Count;

        TestContext.Current.TestOutputHelper!.WriteLine($"{each} bytes each");
        each.Should().BeLessThan(1100);
        Array.ForEach(all, one => one.Dispose());
    }

    private ScriptedServer Server(bool tls)
    {
        if (!_servers.TryGetValue(tls, out ScriptedServer? server))
            _servers[tls] = server = new ScriptedServer(tls: tls);
        return server;
    }

    private async Task<(ProbeConnection Probe, ScriptedPeer Peer)> ConnectAsync(
        bool tls = false, Func<SumTcpClientOptions, SumTcpClientOptions>? configure = null)
    {
        ScriptedServer server = Server(tls);
        var options = new SumTcpClientOptions
        {
            Port = server.Port,
            Tls = tls ? new TlsClientOptions { Authorities = [TestCertificates.Authority] } : null,
        };
        Task<ProbeAttempt> connecting = new ProbeConnector(configure?.Invoke(options) ?? options).ConnectAsync();
        ScriptedPeer peer = await server.AcceptAsync();
        ProbeAttempt attempt = await connecting;
        attempt.Connection.Should().NotBeNull(attempt.Reason);
        (attempt.Tls is not null).Should().Be(tls);
        return (attempt.Connection!, peer);
    }

    private sealed class Recorder : IProbeHandler
    {
        public ConcurrentQueue<(ProbeConnection Probe, ProbeResult Result)> Results { get; } = new();

        public void OnResult(ProbeConnection connection, ProbeResult result) => Results.Enqueue((connection, result));
    }
}
