using SumSocket.Protocol;

namespace SumSocket.Tests.Protocol;

/// <summary>Random good messages, with numbers of every length.</summary>
internal static class RandomMessages
{
    public static Request Request(Random random) => new(Number(random), Number(random), Id(random));

    public static long? Id(Random random) => random.Next(2) == 0 ? null : random.NextInt64(long.MaxValue) >> random.Next(63);

    public static long Number(Random random)
    {
        long value = random.Next(16) switch
        {
            0 => long.MinValue,
            1 => long.MaxValue,
            _ => random.NextInt64(long.MinValue, long.MaxValue),
        };
        return value >> random.Next(64);
    }
}
