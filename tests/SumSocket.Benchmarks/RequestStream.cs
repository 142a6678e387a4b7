using SumSocket.Protocol;

namespace SumSocket.Benchmarks;

/// <summary>A stream of requests with random 32-bit numbers, the same each time, as the wire carries them.</summary>
internal static class RequestStream
{
    public static byte[] Of(int count)
    {
        Random random = new(5656);
        byte[] bytes = new byte[count * MessageWriter.MaxRequestLength];
        int length = 0;
        for (int i = 0; i < count; i++)
            length += MessageWriter.WriteRequest(
                bytes.AsSpan(length), new Request(random.Next(int.MinValue, int.MaxValue), random.Next(int.MinValue, int.MaxValue)));
        return bytes[..length];
    }
}
