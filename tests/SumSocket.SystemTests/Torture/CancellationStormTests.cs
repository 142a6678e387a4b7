using SumSocket.Client.Tcp;
using SumSocket.SystemTests.Harness;
using SumSocket.Tests;

namespace SumSocket.SystemTests.Torture;

/// <summary>Callers that give up in great numbers, over a link that delays all and cuts it into pieces of a few bytes.</summary>
public sealed class CancellationStormTests
{
    private const int Clients = 4;
    private const int Callers = 64; // of each client

    private static readonly int _requests = LongRun.IsRequested ? 1_000_000 : 20_000;

    [Theory(Timeout = 1_200_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task No_answer_to_a_request_that_was_given_up_reaches_another(bool tls)
    {
        using CertificateFolder certificates = new();
        await using ServerProcess server = await ServerProcess.StartAsync(["-q", .. tls ? certificates.Server : []]);
        await using StreamRelay relay = new(server.Port, new StreamFaults { Jitter = TimeSpan.FromMilliseconds(2), Slice = 1 });
        RequestLedger ledger = new();
        SumTcpClient[] clients = [.. Enumerable.Range(0, Clients).Select(_ => NewClient(relay.Port, tls))];
        int next = 0;
        long start = TimeProvider.System.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Clients * Callers).Select(caller => Task.Run(async () =>
        {
            Random random = new(caller);
            while (Interlocked.Increment(ref next) is var number && number <= _requests)
                await AskAsync(ledger, clients[caller % Clients], number, random);
        })));
        TimeSpan took = TimeProvider.System.GetElapsedTime(start);
        foreach (SumTcpClient client in clients)
            await client.DisposeAsync();

        TestContext.Current.TestOutputHelper?.WriteLine($"{took.TotalSeconds:0.0} s, {relay.Connections} connections; {ledger}");
        ledger.FaultCount.Should().Be(0, ledger.ToString());
        (ledger[RequestFate.Right] + ledger[RequestFate.Cancelled]).Should().Be(_requests, ledger.ToString());
        ledger[RequestFate.Cancelled].Should().BeGreaterThan((int)(0.08 * _requests), ledger.ToString());
        relay.Connections.Should().Be(Clients, "giving up costs no connection");
        await server.StopAsync();
    }

    /// <summary>Each has a sum of its own, so that the answer to another is seen. One in ten is given up, at once or soon.</summary>
    private static async Task AskAsync(RequestLedger ledger, SumTcpClient client, long number, Random random)
    {
        if (random.Next(10) != 0)
        {
            await ledger.AskAsync(client, number, number * 1_000_003);
            return;
        }

        using CancellationTokenSource cancel = new();
        Task asked = ledger.AskAsync(client, number, number * 1_000_003, cancel.Token);
        if (random.Next(4) == 0)
            await Task.Yield();
        await cancel.CancelAsync();
        await asked;
    }

    private static SumTcpClient NewClient(int port, bool tls) => new(new SumTcpClientOptions
    {
        Port = port,
        Tls = tls ? new TlsClientOptions { Authorities = [TestCertificates.Authority] } : null,
    });
}
