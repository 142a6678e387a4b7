using FluentAssertions;
using SumSocket.Client;
using SumSocket.Client.Tcp;
using Xunit;

namespace SumSocket.Tests.Client.Tcp;

public sealed class DyingServerTests
{
    [Fact(Timeout = 2 * TestTimeout.Milliseconds)]
    public async Task Every_sum_comes_out_right_though_the_server_kills_connections_at_random()
    {
        const int Callers = 32, Sums = 20_000;
        int seed = Environment.TickCount;
        await using var server = new FloodServer(new Random(seed));
        await using var client = new SumTcpClient(new SumTcpClientOptions
        {
            Port = server.Port,
            VerifySums = true,
            InitialBackOff = TimeSpan.FromMilliseconds(1), // a connection that is killed before its first answer
            MaxBackOff = TimeSpan.FromMilliseconds(1),
        });
        int next = 0;
        int[] outcomes = new int[Enum.GetValues<SumOutcome>().Length];
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(async () =>
        {
            for (int i; (i = Interlocked.Increment(ref next)) <= Sums;)
                Interlocked.Increment(ref outcomes[(int)(await client.SumAsync(i * 1_000_003L, -i)).Outcome]);
        })));

        outcomes[(int)SumOutcome.Sum].Should().Be(Sums, "every request has one outcome, and a lost one is sent again (seed {0})", seed);
        server.Connections.Should().BeGreaterThan(5, "connections must have been killed (seed {0})", seed);
    }
}
