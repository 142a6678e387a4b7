using System.Net;
using BenchmarkDotNet.Attributes;
using SumSocket.Client;
using SumSocket.Client.Tcp;
using SumSocket.Server.Tcp;

namespace SumSocket.Benchmarks;

/// <summary>
/// Sums requested by many callers over the one connection of a client, with the server in the same process: its work is in the figure.
/// </summary>
[MemoryDiagnoser]
public class ClientBenchmarks : IAsyncDisposable
{
    private const int Sums = 6400;

    private SumTcpServer _server = null!;
    private SumTcpClient _client = null!;

    [Params(1, 64)]
    public int Callers { get; set; }

    [GlobalSetup]
    public async Task ConnectAsync()
    {
        _server = new SumTcpServer(new SumTcpServerOptions { EndPoints = [new IPEndPoint(IPAddress.Loopback, 0)] });
        _client = new SumTcpClient(new SumTcpClientOptions { Port = _server.Start()[0].Port, VerifySums = true });
        await _client.ConnectAsync();
    }

    [GlobalCleanup]
    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await _server.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Benchmark(OperationsPerInvoke = Sums)]
    public Task Sum() => Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(AskAsync)));

    private async Task AskAsync()
    {
        for (int i = 0; i < Sums / Callers; i++)
        {
            SumResult result = await _client.SumAsync(i, 4).ConfigureAwait(false);
            if (!result.IsSum)
                throw new InvalidOperationException($"{i} + 4 ended as {result.Outcome}");
        }
    }
}
