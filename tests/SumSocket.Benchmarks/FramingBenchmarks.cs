using BenchmarkDotNet.Attributes;
using SumSocket.Protocol;

namespace SumSocket.Benchmarks;

/// <summary>
/// A stream of requests that arrives cut: in single bytes, in pieces shorter than a message, in segments of a network, whole.
/// </summary>
public class FramingBenchmarks
{
    private const int Count = 1000;

    private readonly byte[] _stream = RequestStream.Of(Count);

    [Params(1, 20, 1448, int.MaxValue)]
    public int Piece { get; set; }

    [Benchmark(OperationsPerInvoke = Count)]
    public int Request()
    {
        RequestDecoder decoder = default;
        int messages = 0;
        for (int start = 0; start < _stream.Length; start += Math.Min(Piece, _stream.Length - start))
        {
            ReadOnlySpan<byte> piece = _stream.AsSpan(start, Math.Min(Piece, _stream.Length - start));
            while (decoder.Decode(piece, out int consumed, out _) == DecodeStatus.Message)
            {
                piece = piece[consumed..];
                messages++;
            }
        }

        return messages == Count ? messages : throw new InvalidOperationException($"{messages} of {Count} requests were found");
    }
}
