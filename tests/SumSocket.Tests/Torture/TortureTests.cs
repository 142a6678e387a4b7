using System.Net;
using FluentAssertions;
using SumSocket.Client;
using SumSocket.Client.Tcp;
using SumSocket.Client.Udp;
using SumSocket.Server.Tcp;
using SumSocket.Server.Udp;
using Xunit;

namespace SumSocket.Tests.Torture;

/// <summary>
/// Many callers over paths that do everything that a path can do, to the real server: each request has one end, each sum is right, and a
/// client on a path of its own notices nothing.
/// </summary>
public sealed class TortureTests
{
    private const int Clients = 8;
    private const int Callers = 8; // of each client
    private const int Requests = 100; // of each caller

    private static readonly TimeSpan _timeout = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan _interval = TimeSpan.FromMilliseconds(5);
    private static readonly IPEndPoint _anyPort = new(IPAddress.Loopback, 0);

    /// <summary>No connection lives long.</summary>
    private static readonly StreamFaults _streamFaults = new()
    {
        Jitter = TimeSpan.FromMilliseconds(3),
        Slice = 0.3,
        Reset = 0.3,
        Silence = 0.1,
        HalfClose = 0.3,
        Cut = 0.3,
        MaxBytes = 12_000,
    };

    private static readonly RelayFaults _datagramFaults =
        new() { Drop = 0.1, Duplicate = 0.1, Reorder = 0.1, Delay = 0.1, Truncate = 0.05 };

    [Theory(Timeout = 2 * TestTimeout.Milliseconds)]
    [InlineData(false, 1)]
    [InlineData(false, 2)]
    [InlineData(true, 3)]
    public async Task Over_TCP_and_TLS(bool tls, int seed)
    {
        await using var server = new SumTcpServer(new SumTcpServerOptions
        {
            EndPoints = [_anyPort],
            Tls = tls ? new TlsServerOptions { Certificate = TestCertificates.Server } : null,
        });
        int port = server.Start()[0].Port;
        await using var relay = new StreamRelay(port, _streamFaults, seed);
        RequestLedger ledger = await TortureAsync(
            NewClient(port, tls, TestTimeout.Span, seed: 1), i => NewClient(relay.Port, tls, _timeout, i), seed,
            () => relay.Faults = new());

        Enum.GetValues<StreamFate>().Sum(relay.Count).Should().BeGreaterThan(20, "that many connections ended badly");
        (ledger[RequestFate.TimedOut] + ledger[RequestFate.Lost]).Should().BePositive(ledger.ToString());
    }

    [Fact(Timeout = 2 * TestTimeout.Milliseconds)]
    public async Task Over_UDP()
    {
        await using var server = new SumUdpServer(new SumUdpServerOptions { EndPoints = [_anyPort] });
        IPEndPoint address = server.Start()[0];
        List<DatagramRelay> relays = [.. Enumerable.Range(0, Clients).Select(i => new DatagramRelay(address, _datagramFaults, seed: i))];
        try
        {
            await TortureAsync(
                NewClient(address.Port, TestTimeout.Span), i => NewClient(relays[i].EndPoint.Port, _timeout), seed: 4,
                () => relays.ForEach(relay => relay.Faults = new()));
        }
        finally
        {
            foreach (DatagramRelay relay in relays)
                await relay.DisposeAsync();
        }
    }

    private static async Task<RequestLedger> TortureAsync(
        ISumClient direct, Func<int, ISumClient> newClient, int seed, Action endFaults)
    {
        RequestLedger ledger = new();
        List<ISumClient> clients = [.. Enumerable.Range(0, Clients).Select(newClient)];
        await using Canary canary = new("canary", direct, _interval, TestTimeout.Span);
        try
        {
            await Task.WhenAll(Enumerable.Range(0, Clients * Callers).Select(caller => Task.Run(
                () => CallAsync(ledger, clients[caller % Clients], new Random(HashCode.Combine(seed, caller))))));
            ledger.Open.Should().Be(0, ledger.ToString());
            ledger[RequestFate.Right].Should().BeGreaterThan(ledger.Begun / 4, ledger.ToString());

            endFaults();
            foreach (ISumClient client in clients) // a connection made earlier may still meet its fate
                while (!await ledger.AskAsync(client, 7, 4))
                    await Task.Yield();
        }
        finally
        {
            foreach (ISumClient client in clients)
                await client.DisposeAsync();
        }

        await canary.StopAsync();
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{ledger}\ncanary: {canary.Answered} answered, the slowest after {canary.Slowest.TotalMilliseconds:0} ms");
        ledger.FaultCount.Should().Be(0, ledger.ToString());
        ledger.Ended.Should().Be(ledger.Begun, "each has one end");
        canary.Failures.Should().BeEmpty();
        canary.Answered.Should().BePositive();
        return ledger;
    }

    /// <summary>Requests sums one after the other; some are given up, sooner or later.</summary>
    private static async Task CallAsync(RequestLedger ledger, ISumClient client, Random random)
    {
        for (int i = 0; i < Requests; i++)
        {
            (long a, long b) = RequestLedger.Addends(random);
            using CancellationTokenSource cancel = new();
            Task<bool> asked = ledger.AskAsync(client, a, b, cancel.Token);
            if (random.Next(10) == 0)
            {
                await Task.Yield();
                await cancel.CancelAsync();
            }

            await asked;
        }
    }

    private static SumTcpClient NewClient(int port, bool tls, TimeSpan timeout, int seed) => new(new SumTcpClientOptions
    {
        Port = port,
        RequestTimeout = timeout,
        ResendLost = seed % 2 == 0,
        InitialBackOff = TimeSpan.FromMilliseconds(5),
        MaxBackOff = TimeSpan.FromMilliseconds(20),
        Tls = tls ? new TlsClientOptions { Authorities = [TestCertificates.Authority] } : null,
    });

    private static SumUdpClient NewClient(int port, TimeSpan timeout) => new(new SumUdpClientOptions
    {
        Port = port,
        RequestTimeout = timeout,
        RepeatAfter = TimeSpan.FromMilliseconds(20),
    });
}
