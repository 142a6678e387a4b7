using System.Net;
using FluentAssertions;
using SumSocket.Client.Tcp;
using SumSocket.Measurement.Bench;
using SumSocket.Server.Tcp;
using Xunit;

namespace SumSocket.Tests.Measurement.Bench;

[Collection(Alone.Name)]
public class BenchAllocationTests
{
    private const int Few = 1_000;
    private const int Many = 11_000;
    private const int Pairs = 3;
    private const double Tolerated = 4; // bytes a request; the smallest object has 24, so that one for every sixth request would show

    [Theory(Timeout = 4 * TestTimeout.Milliseconds)]
    [InlineData(0, 1)]
    [InlineData(0, 8)]
    [InlineData(40_000, 4)]
    public async Task A_request_more_allocates_nothing_more(int rate, int pipeline)
    {
        await using SumTcpServer server = new(new SumTcpServerOptions { EndPoints = [new IPEndPoint(IPAddress.Loopback, 0)] });
        int port = server.Start()[0].Port;
        BenchOptions options = new()
        {
            Connections = 2,
            Pipeline = pipeline,
            Rate = rate,
            Warmup = TimeSpan.Zero,
            Interval = TimeSpan.FromHours(1), // each takes a copy of the histograms
        };

        // A run begins with its connections and ends with its result, whatever is in between. The thread pool's queues grow when a burst
        // comes, which may be in any run; what a request costs is there in every pair of them.
        double least = double.MaxValue;
        for (int pair = 0; pair < Pairs && least >= Tolerated; pair++)
        {
            long few = Allocations.OfTheProcess(() => Run(port, options with { Requests = Few }));
            long many = Allocations.OfTheProcess(() => Run(port, options with { Requests = Many }));
            least = Math.Min(least, (double)(many - few) / (Many - Few));
        }

        least.Should().BeLessThan(Tolerated, "that many bytes were allocated for each request more");
    }

    private static void Run(int port, BenchOptions options)
    {
        BenchTarget subject = new(
            () => new SumTcpClient(new SumTcpClientOptions { Port = port, VerifySums = true }), HasConnections: true, _ => []);
        using BenchRun run = new(subject, options);
        Task all = Task.Run(async () =>
        {
            await foreach (BenchInterval _ in run.RunAsync())
            {
            }
        });
        all.GetAwaiter().GetResult();
        run.Result!.Totals.Ok.Should().Be(options.Requests);
    }
}
