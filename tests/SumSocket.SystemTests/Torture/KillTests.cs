using System.Collections.Concurrent;
using System.Diagnostics;
using SumSocket.Client;
using SumSocket.Client.Tcp;
using SumSocket.SystemTests.Harness;
using SumSocket.Tests;

namespace SumSocket.SystemTests.Torture;

/// <summary>A server that is killed again and again while a hundred clients use it.</summary>
public sealed class KillTests
{
    private const int Clients = 100;

    private static readonly int _rounds = LongRun.IsRequested ? 50 : 3;
    private static readonly TimeSpan _down = TimeSpan.FromMilliseconds(700);
    private static readonly TimeSpan _maxBackOff = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(20);

    [Fact(Timeout = 300_000)]
    public async Task A_hundred_clients_come_back_one_after_the_other_within_the_back_off_and_get_no_wrong_sum()
    {
        ServerProcess server = await ServerProcess.StartAsync("-q");
        RequestLedger ledger = new();
        ConcurrentQueue<long> connects = new();
        using CancellationTokenSource over = new();
        SumTcpClient[] clients = [.. Enumerable.Range(0, Clients).Select(i => NewClient(server.Port, resend: i % 2 == 0, connects))];
        Task[] callers = [.. clients.Select(client => Task.Run(() => CallAsync(ledger, client, over.Token)))];
        try
        {
            await RecoverAsync(ledger, clients);
            for (int round = 1; round <= _rounds; round++)
            {
                int port = server.Port;
                await server.DisposeAsync(); // kill -9
                await Eventually.PassesAsync(_down);
                connects.Clear();
                server = await ServerProcess.StartedAsync(ChildProcess.Start(Programs.TcpServer, ["--port", $"{port}", "-q"]));
                TimeSpan recovery = await RecoverAsync(ledger, clients);

                long[] when = [.. connects.Order()];
                TimeSpan spread = Stopwatch.GetElapsedTime(when[when.Length / 10], when[when.Length * 9 / 10]);
                int atOnce = when.Max(from => when.Count(one => one >= from && Stopwatch.GetElapsedTime(from, one).TotalMilliseconds < 10));
                TestContext.Current.TestOutputHelper?.WriteLine(
                    $"round {round}: {when.Length} connects, all back after {recovery.TotalMilliseconds:0} ms; 80 % of the connects " +
                    $"within {spread.TotalMilliseconds:0} ms, at most {atOnce} in 10 ms");
                recovery.Should().BeLessThan(1.5 * _maxBackOff);
                when.Should().HaveCount(Clients, "a connection that was made is kept");
                spread.Should().BeGreaterThan(TimeSpan.FromMilliseconds(150));
                atOnce.Should().BeLessThan(Clients / 3);
            }

            await server.StopAsync();
        }
        finally
        {
            await over.CancelAsync();
            await Task.WhenAll(callers);
            foreach (SumTcpClient client in clients)
                await client.DisposeAsync();
            await server.DisposeAsync();
        }

        TestContext.Current.TestOutputHelper?.WriteLine(ledger.ToString());
        ledger.FaultCount.Should().Be(0, ledger.ToString());
        ledger.Ended.Should().Be(ledger.Begun);
        ledger[RequestFate.Lost].Should().BePositive("half of the clients do not repeat what was lost");
    }

    private static async Task CallAsync(RequestLedger ledger, SumTcpClient client, CancellationToken over)
    {
        Random random = new(client.GetHashCode());
        while (!over.IsCancellationRequested)
        {
            (long a, long b) = RequestLedger.Addends(random);
            await ledger.AskAsync(client, a, b, CancellationToken.None); // what was begun gets its answer
            await Task.Delay(_pause, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task<TimeSpan> RecoverAsync(RequestLedger ledger, SumTcpClient[] clients)
    {
        long start = Stopwatch.GetTimestamp();
        await Task.WhenAll(clients.Select(async client =>
        {
            while (!await ledger.AskAsync(client, 7, 4))
                await Task.Yield();
        }));
        return Stopwatch.GetElapsedTime(start);
    }

    private static SumTcpClient NewClient(int port, bool resend, ConcurrentQueue<long> connects)
    {
        SumTcpClient client = new(new SumTcpClientOptions
        {
            Port = port,
            ResendLost = resend,
            RetryEnded = resend,
            InitialBackOff = TimeSpan.FromMilliseconds(100),
            MaxBackOff = _maxBackOff,
        });
        client.ConnectionChanged += happened =>
        {
            if (happened.Kind == ConnectionEventKind.Connected)
                connects.Enqueue(Stopwatch.GetTimestamp());
        };
        return client;
    }
}
