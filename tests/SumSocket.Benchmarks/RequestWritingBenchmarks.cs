using BenchmarkDotNet.Attributes;
using SumSocket.Protocol;

namespace SumSocket.Benchmarks;

/// <summary>What the client writes.</summary>
[MemoryDiagnoser]
public class RequestWritingBenchmarks
{
    private const int Count = 1000;

    private readonly byte[] _output = new byte[Count * MessageWriter.MaxRequestLength];
    private readonly Request[] _requests = new Request[Count];

    public RequestWritingBenchmarks()
    {
        Random random = new(1);
        for (int i = 0; i < Count; i++)
            _requests[i] = new Request(
                random.Next(int.MinValue, int.MaxValue) >> random.Next(32), random.Next(int.MinValue, int.MaxValue) >> random.Next(32));
    }

    [Benchmark(OperationsPerInvoke = Count)]
    public int Requests_of_up_to_32_bits()
    {
        int written = 0;
        foreach (ref readonly Request request in _requests.AsSpan())
            written += MessageWriter.WriteRequest(_output.AsSpan(written), request);
        return written;
    }
}
