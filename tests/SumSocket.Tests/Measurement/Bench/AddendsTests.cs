using System.Numerics;
using FluentAssertions;
using SumSocket.Measurement.Bench;
using Xunit;

namespace SumSocket.Tests.Measurement.Bench;

public class AddendsTests
{
    [Fact]
    public void Both_have_every_length_and_sign_and_last_bit_whatever_the_other_has()
    {
        const int Draws = 1 << 19;
        Addends addends = new(0);
        int[,] lengths = new int[33, 33];
        int[] signs = new int[4], lastBits = new int[4];
        for (int i = 0; i < Draws; i++)
        {
            (long a, long b) = addends.Next();
            if (a != (int)a || b != (int)b)
                Assert.Fail($"{a} or {b} has more than 32 bits");
            lengths[Length(a), Length(b)]++;
            signs[(a < 0 ? 2 : 0) + (b < 0 ? 1 : 0)]++;
            lastBits[(int)(2 * (a & 1) + (b & 1))]++;
        }

        // A number cut by n bits is shorter still half of the time: lengths 2 to 30 come about once in 32 each.
        for (int a = 2; a <= 30; a++)
        {
            for (int b = 2; b <= 30; b++)
                lengths[a, b].Should().BeInRange(Draws / 1024 / 2, Draws / 1024 * 2, "{0} and {1} bits", a, b);
        }

        signs.Should().OnlyContain(count => count > Draws / 5 && count < Draws / 3);
        lastBits.Should().OnlyContain(count => count > Draws / 5 && count < Draws / 3);
    }

    private static int Length(long number) => 64 - BitOperations.LeadingZeroCount((ulong)(number < 0 ? ~number : number));
}
