using System.Buffers.Binary;
using System.Text;

namespace SumSocket.SystemTests.Harness;

/// <summary>One data point of an export, with what it belongs to. Of a histogram the value is the count.</summary>
internal sealed record OtlpPoint(
    IReadOnlyDictionary<string, string> Resource, string Scope, string Name, string Unit, string Kind,
    IReadOnlyDictionary<string, string> Attributes, double Value, double Sum, IReadOnlyList<double> Bounds, long BucketTotal)
{
    /// <summary>Whether its attributes are exactly these, those of the transport and the server aside.</summary>
    public bool Has(params (string Key, string Value)[] attributes) => Attributes
        .Where(one => one.Key is not ("network.transport" or "server.address" or "server.port"))
        .ToHashSet().SetEquals(attributes.Select(one => KeyValuePair.Create(one.Key, one.Value)));
}

/// <summary>Reads an ExportMetricsServiceRequest off the wire (opentelemetry/proto/metrics/v1/metrics.proto, whose field numbers these
/// are); what it does not know it skips, as every reader of protobuf must.</summary>
internal static class OtlpMessage
{
    public static IReadOnlyList<OtlpPoint> Read(ReadOnlyMemory<byte> request) =>
        [.. Messages(request, 1).SelectMany(ReadResource)];

    private static IEnumerable<OtlpPoint> ReadResource(ReadOnlyMemory<byte> resourceMetrics)
    {
        Dictionary<string, string> resource = Messages(resourceMetrics, 1).SelectMany(one => Attributes(one, 1)).ToDictionary();
        foreach (ReadOnlyMemory<byte> scopeMetrics in Messages(resourceMetrics, 2))
        {
            string scope = Messages(scopeMetrics, 1).Select(one => Text(one, 1)).Single();
            foreach (ReadOnlyMemory<byte> metric in Messages(scopeMetrics, 2))
            {
                foreach (OtlpPoint point in ReadMetric(metric))
                    yield return point with { Resource = resource, Scope = scope };
            }
        }
    }

    private static IEnumerable<OtlpPoint> ReadMetric(ReadOnlyMemory<byte> metric)
    {
        foreach ((int data, string kind) in ((int, string)[])[(5, "gauge"), (7, "sum"), (9, "histogram")])
        {
            foreach (ReadOnlyMemory<byte> content in Messages(metric, data))
            {
                bool isUpDown = data == 7 && !Fields(content).Any(field => field.Number == 3 && field.Value == 1); // is_monotonic
                foreach (ReadOnlyMemory<byte> point in Messages(content, 1))
                    yield return ReadPoint(point, data == 9) with
                    {
                        Name = Text(metric, 1),
                        Unit = Text(metric, 3),
                        Kind = isUpDown ? "updown" : kind,
                    };
            }
        }
    }

    private static OtlpPoint ReadPoint(ReadOnlyMemory<byte> point, bool isHistogram)
    {
        List<Field> fields = [.. Fields(point)];
        Dictionary<string, string> attributes = Attributes(point, isHistogram ? 9 : 7).ToDictionary();
        OtlpPoint read = new(attributes, "", "", "", "", attributes, 0, 0, [], 0);
        foreach (Field field in fields)
        {
            read = (isHistogram, field.Number) switch
            {
                (false, 4) => read with { Value = BitConverter.UInt64BitsToDouble(field.Value) },
                (false, 6) => read with { Value = (long)field.Value },
                (true, 4) => read with { Value = field.Value },
                (true, 5) => read with { Sum = BitConverter.UInt64BitsToDouble(field.Value) },
                (true, 6) => read with { BucketTotal = read.BucketTotal + Fixed(field).Sum(one => (long)one) },
                (true, 7) => read with { Bounds = [.. read.Bounds, .. Fixed(field).Select(BitConverter.UInt64BitsToDouble)] },
                _ => read,
            };
        }

        return read;
    }

    private static IEnumerable<KeyValuePair<string, string>> Attributes(ReadOnlyMemory<byte> message, int number) =>
        Messages(message, number).Select(one => KeyValuePair.Create(Text(one, 1), Messages(one, 2).Select(Any).Single()));

    private static string Any(ReadOnlyMemory<byte> value) => Fields(value).Select(field => field.Number switch
    {
        1 => Encoding.UTF8.GetString(field.Bytes.Span),
        3 => $"{(long)field.Value}",
        _ => $"field {field.Number}",
    }).Single();

    private static string Text(ReadOnlyMemory<byte> message, int number) =>
        Encoding.UTF8.GetString(Messages(message, number).SingleOrDefault().Span);

    private static IEnumerable<ReadOnlyMemory<byte>> Messages(ReadOnlyMemory<byte> message, int number) =>
        Fields(message).Where(field => field.Number == number && field.Type == 2).Select(field => field.Bytes);

    /// <summary>Eight bytes each, packed into one field or in a field of their own.</summary>
    private static IEnumerable<ulong> Fixed(Field field) => field.Type == 1
        ? [field.Value]
        : Enumerable.Range(0, field.Bytes.Length / 8)
            .Select(i => BinaryPrimitives.ReadUInt64LittleEndian(field.Bytes.Span.Slice(8 * i, 8)));

    private static List<Field> Fields(ReadOnlyMemory<byte> message)
    {
        List<Field> fields = [];
        ReadOnlySpan<byte> all = message.Span;
        for (int at = 0; at < all.Length;)
        {
            ulong key = Varint(all, ref at);
            (int number, int type) = ((int)(key >> 3), (int)(key & 7));
            switch (type)
            {
                case 0:
                    fields.Add(new Field(number, type, Varint(all, ref at), default));
                    break;
                case 1:
                    fields.Add(new Field(number, type, BinaryPrimitives.ReadUInt64LittleEndian(all.Slice(at, 8)), default));
                    at += 8;
                    break;
                case 2:
                    int length = (int)Varint(all, ref at);
                    fields.Add(new Field(number, type, 0, message.Slice(at, length)));
                    at += length;
                    break;
                case 5:
                    at += 4;
                    break;
                default:
                    throw new InvalidDataException($"Wire type {type} is none of protobuf's.");
            }
        }

        return fields;
    }

    private static ulong Varint(ReadOnlySpan<byte> all, ref int at)
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte next = all[at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return value;
        }
    }

    private readonly record struct Field(int Number, int Type, ulong Value, ReadOnlyMemory<byte> Bytes);
}
