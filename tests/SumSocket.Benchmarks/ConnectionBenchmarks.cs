using BenchmarkDotNet.Attributes;
using SumSocket.Protocol;
using SumSocket.Server.Tcp.Connection;

namespace SumSocket.Benchmarks;

/// <summary>
/// All that the server's connection does between a receive and the send that answers it, from memory to memory. The loop around it needs a
/// socket, for it lives on what only sockets have: receives of no bytes, sends that do not wait, shutting down one side.
/// </summary>
[MemoryDiagnoser]
public class ConnectionBenchmarks
{
    private const int MaxCount = 256;

    private readonly byte[] _output = new byte[MaxCount * MessageWriter.MaxResponseLength];
    private byte[] _input = [];

    /// <summary>Requests in one receive.</summary>
    [Params(1, 16, 256)]
    public int Depth { get; set; }

    [GlobalSetup]
    public void Prepare() => _input = RequestStream.Of(Depth);

    [Benchmark]
    public long Receive()
    {
        RequestProcessor answerer = new(connectionId: 1);
        answerer.Answer(_input, _output, log: null, out _, out _);
        return answerer.Answered == Depth ? Depth : throw new InvalidOperationException(
            $"{answerer.Answered} of {Depth} requests were answered");
    }
}
