using System.Text.Json;
using BenchmarkDotNet.Attributes;
using SumSocket.Protocol;

namespace SumSocket.Benchmarks;

/// <summary>
/// One request parsed and answered, beside what the runtime offers for it. Those two are given each message by itself, framed already.
/// </summary>
[MemoryDiagnoser]
public class CodecBenchmarks
{
    private const int Count = 1000;

    private readonly byte[] _output = new byte[MessageWriter.MaxResponseLength];
    private readonly byte[] _stream = RequestStream.Of(Count);
    private readonly byte[] _short = """{"A":7,"B":4}"""u8.ToArray();
    private readonly byte[] _spaced = """{ "A" : 1804289383, "B" : -846930886 }"""u8.ToArray();

    [Benchmark(Baseline = true, OperationsPerInvoke = Count)]
    public int Stream_of_32_bit_numbers()
    {
        RequestDecoder decoder = default;
        ReadOnlySpan<byte> rest = _stream;
        int written = 0;
        while (decoder.Decode(rest, out int consumed, out Request request) == DecodeStatus.Message)
        {
            rest = rest[consumed..];
            written += MessageWriter.WriteSum(_output, request.A + request.B, request.Id);
        }

        return written;
    }

    [Benchmark(OperationsPerInvoke = Count)]
    public int Stream_with_Utf8JsonReader()
    {
        ReadOnlySpan<byte> rest = _stream;
        int written = 0;
        for (int end; (end = rest.IndexOf((byte)'\n')) >= 0; rest = rest[(end + 1)..])
        {
            Utf8JsonReader reader = new(rest[..end]);
            long a = 0, b = 0;
            while (reader.Read())
            {
                if (reader.TokenType != JsonTokenType.PropertyName)
                    continue;
                bool isA = reader.ValueTextEquals("A"u8);
                reader.Read();
                if (isA)
                    a = reader.GetInt64();
                else
                    b = reader.GetInt64();
            }

            written += MessageWriter.WriteSum(_output, a + b, null);
        }

        return written;
    }

    [Benchmark(OperationsPerInvoke = Count)]
    public int Stream_with_JsonSerializer()
    {
        ReadOnlySpan<byte> rest = _stream;
        int written = 0;
        for (int end; (end = rest.IndexOf((byte)'\n')) >= 0; rest = rest[(end + 1)..])
        {
            Pair pair = JsonSerializer.Deserialize<Pair>(rest[..end])!;
            written += JsonSerializer.SerializeToUtf8Bytes(new Answer(pair.A + pair.B)).Length;
        }

        return written;
    }

    [Benchmark]
    public int Shortest_alone() => ParseAndAnswer(_short);

    [Benchmark]
    public int General_path() => ParseAndAnswer(_spaced);

    private int ParseAndAnswer(ReadOnlySpan<byte> input)
    {
        RequestDecoder decoder = default;
        decoder.Decode(input, out _, out Request request);
        return MessageWriter.WriteSum(_output, request.A + request.B, request.Id);
    }

    private sealed record Pair(long A, long B);

    private sealed record Answer(long Sum);
}
