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
    private const int Requests = 20_000;

    [Theory(Timeout = 2 * TestTimeout.Milliseconds)]
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
            Warmup = TimeSpan.FromMilliseconds(200),
            Interval = TimeSpan.FromHours(1), // each takes a copy of the histograms
        };

        long few = Allocations.OfTheProcess(() => Run(port, options with { Requests = Requests }));
        long many = Allocations.OfTheProcess(() => Run(port, options with { Requests = 2 * Requests }));

        // A run begins with its connections and ends with its result, whatever is in between.
        // The smallest object has 24 bytes: one for every sixth request would show.
        ((double)(many - few) / Requests).Should().BeLessThan(4, "bytes for each request: {0} for {1}, {2} for twice as many", few, Requests, many);
    }

    private static void Run(int port, BenchOptions options)
    {
        BenchSubject subject = new(() => new SumTcpClient(new SumTcpClientOptions { Port = port, VerifySums = true }), HasConnections: true, _ => []);
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
