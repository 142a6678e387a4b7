using System.Globalization;
using System.Net.Sockets;
using SumSocket.Client.Tcp;
using SumSocket.Measurement.Paths;
using SumSocket.Protocol;
using SumSocket.Sockets;
using SumSocket.SystemTests.Harness;

namespace SumSocket.SystemTests.Namespaces;

/// <summary>Proves what <c>path</c> predicts: a peer's machine is cut off by a firewall in every way there is, and connections with
/// several settings, idle and with data in flight, notice it when they should.</summary>
/// <remarks><c>SUMSOCKET_LONG=1</c> takes the settings that people use, which takes three minutes; with <c>-showLiveOutput</c> it prints
/// the table of docs/paths.md.</remarks>
public sealed class DeadPeerPredictionTests
{
    private static readonly string[] _firewalls =
        ["DROP", "icmp-port-unreachable", "icmp-host-unreachable", "icmp-net-unreachable", "tcp-reset"];

    private static readonly (string KeepAlive, int UserTimeout)[] _short =
        [("1/1/3", 0), ("2/2/9", 4), ("1/1/3", 5), ("2/4/9", 2), ("none", 2)];

    private static readonly (string KeepAlive, int UserTimeout)[] _long =
        [("15/15/9", 0), ("15/15/9", 120), ("5/75/9", 3), ("17/17/3", 0), ("none", 7)];

    private static readonly TimeSpan _window = TimeSpan.FromSeconds(LongRun.IsRequested ? 175 : 8);

    [Fact(Timeout = 240_000)]
    public async Task A_dead_peer_is_noticed_when_it_was_predicted()
    {
        Case[] cases = [.. (await Task.WhenAll(_firewalls.Select(RunAsync))).SelectMany(one => one)];

        foreach (Case one in cases)
            TestContext.Current.TestOutputHelper?.WriteLine(one.ToString());
        cases.Should().HaveCount(_firewalls.Length * 10);
        cases.Where(one => !one.IsRight).Select(one => one.ToString()).Should().BeEmpty();
    }

    private static async Task<IEnumerable<Case>> RunAsync(string firewall)
    {
        await using NetworkPair network = await NetworkPair.CreateAsync();
        await network.SetAsync("net.ipv4.tcp_retries2", LongRun.IsRequested ? 8 : 4);
        await network.SetAsync("net.ipv4.icmp_ratelimit", 0); // else some segments are refused in silence, and end as if swallowed
        await using ServerProcess server =
            await network.StartServerAsync("--keep-alive", "none", "--user-timeout", "none", "--timeout", "none");
        List<Connection> all = [];
        try
        {
            foreach ((string keepAlive, int userTimeout) in LongRun.IsRequested ? _long : _short)
            {
                foreach (bool isBusy in new[] { false, true })
                    all.Add(await Connection.OpenAsync(network, server.Port, keepAlive, userTimeout, isBusy));
            }

            await network.RefuseAsync(firewall);
            return await Task.WhenAll(all.Select(one => one.WatchAsync(firewall)));
        }
        finally
        {
            all.ForEach(one => one.Dispose());
        }
    }

    /// <summary>One line of the table.</summary>
    private sealed record Case(
        string Firewall, string KeepAlive, int UserTimeout, bool IsBusy, TimeSpan? Predicted, TimeSpan? Noticed, TimeSpan Tolerance,
        string By, string Expected)
    {
        public bool IsRight => By == Expected && (Predicted is null || Predicted > _window
            ? Noticed is null
            : Noticed is { } noticed && (noticed - Predicted.Value).Duration() <= Tolerance);

        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture,
            $"| {Firewall} | {KeepAlive} | {(UserTimeout == 0 ? "none" : $"{UserTimeout} s")} | {(IsBusy ? "in flight" : "idle")} "
            + $"| {Text(Predicted)} | {Text(Noticed)} | {By} |{(IsRight ? "" : $" WRONG: {Expected}, +-{Text(Tolerance)}")}");

        private static string Text(TimeSpan? time) =>
            time is { } known ? string.Create(CultureInfo.InvariantCulture, $"{known.TotalSeconds:0.0} s") : "never";
    }

    private sealed class Connection(ProbeConnection probe, string keepAlive, int userTimeout, bool isBusy, DeadPeerPrediction prediction)
        : IDisposable
    {
        public static async Task<Connection> OpenAsync(NetworkPair network, int port, string keepAlive, int userTimeout, bool isBusy)
        {
            KeepAlive? probes = SocketFindings.ReadKeepAlive(keepAlive.Replace("/", "s/", StringComparison.Ordinal));
            var connector = new ProbeConnector(new SumTcpClientOptions
            {
                Host = NetworkPair.ServerAddress,
                Port = port,
                KeepAlive = probes,
                UserTimeout = userTimeout == 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(userTimeout),
            });
            ProbeAttempt attempt = await network.InClient(() => connector.ConnectAsync());
            attempt.Connection.Should().NotBeNull(attempt.Reason);
            ProbeConnection probe = attempt.Connection!;
            probe.Send(new Request(7, 4));
            (await probe.ReceiveAsync(Patience.Limit)).IsSum.Should().BeTrue();
            EffectiveOptions options = network.InClient(probe.ReadOptions)!;
            options.Settings.KeepAlive.Should().Be(probes);
            return new Connection(
                probe, keepAlive, userTimeout, isBusy, DeadPeerPrediction.Of(options, probe.ReadTcpDetails()!.RetransmitTimeout));
        }

        /// <summary>Waits for the end. A large send stays pending, so that the kernel has two calls to give its error to.</summary>
        public async Task<Case> WatchAsync(string firewall)
        {
            long start = probe.Clock.GetTimestamp();
            Task sending = isBusy ? probe.SendAsync(new byte[userTimeout is 4 or 120 ? 1024 * 1024 : 14]) : Task.CompletedTask;
            ProbeResult end = await probe.ReceiveAsync(_window);
            bool isNoticed = end.IsEnd;
            TimeSpan noticed = isBusy ? probe.Clock.GetElapsedTime(start, end.Timestamp) : end.Tcp?.SinceAck ?? TimeSpan.Zero;
            if (isNoticed)
                await sending;
            return new Case(
                firewall, keepAlive, userTimeout, isBusy, Predicted(firewall), isNoticed ? noticed : null, Tolerance(),
                isNoticed ? end.Describe() : "-", Expected(firewall));
        }

        public void Dispose() => probe.Reset();

        /// <summary>A firewall that resets answers the first probe, or the first segment.</summary>
        private TimeSpan? Predicted(string firewall) => firewall != "tcp-reset" ? isBusy ? prediction.InFlight : prediction.Idle
            : isBusy ? TimeSpan.Zero
            : keepAlive == "none" ? null
            : Part(0);

        private TimeSpan Part(int index) => TimeSpan.FromSeconds(int.Parse(keepAlive.Split('/')[index], CultureInfo.InvariantCulture));

        /// <summary>A probe interval, or a tenth.</summary>
        private TimeSpan Tolerance()
        {
            TimeSpan interval = keepAlive == "none" ? TimeSpan.FromSeconds(1) : Part(1);
            TimeSpan tenth = 0.1 * (isBusy ? prediction.InFlight : prediction.Idle ?? TimeSpan.Zero);
            return tenth > interval ? tenth : interval;
        }

        /// <summary>Probes end with the same error whatever was answered; segments with what was.</summary>
        private string Expected(string firewall) => (Predicted(firewall) is not { } time || time > _window, firewall, isBusy) switch
        {
            (true, _, _) => "-",
            (_, "tcp-reset", _) => "reset by peer",
            (_, "icmp-port-unreachable", true) => SocketErrors.Describe(SocketError.ConnectionRefused),
            (_, "icmp-host-unreachable", true) => SocketErrors.Describe(SocketError.HostUnreachable),
            (_, "icmp-net-unreachable", true) => SocketErrors.Describe(SocketError.NetworkUnreachable),
            _ => SocketErrors.Describe(SocketError.TimedOut),
        };
    }
}
