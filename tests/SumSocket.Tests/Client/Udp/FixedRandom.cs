namespace SumSocket.Tests.Client.Udp;

/// <summary>Chance that always says the same.</summary>
internal sealed class FixedRandom(double value) : Random
{
    public const long FirstId = 1000;

    public override double NextDouble() => value;

    public override long NextInt64(long minValue, long maxValue) => FirstId;
}
