namespace SumSocket.Measurement.Bench;

/// <summary>
/// Addends of every length and both signs, so that an answer to the wrong question is a wrong answer. Marsaglia's xorshift: a few instructions,
/// no object, and the same sequence in every run.
/// </summary>
internal struct Addends(int seed)
{
    private ulong _state = 0x9E3779B97F4A7C15 * ((ulong)seed + 1);

    /// <summary>The next two; their sum is always in the 64-bit range.</summary>
    public (long A, long B) Next()
    {
        _state ^= _state << 13;
        _state ^= _state >> 7;
        _state ^= _state << 17;
        ulong drawn = _state * 0x2545F4914F6CDD1D; // xorshift64*: the upper bits of the product are the good ones
        return (Shorten((int)(drawn >> 27), drawn), Shorten((int)(_state >> 16), _state));
    }

    /// <summary>A number of at most 32 bits, which is what people add, and nothing that overflows, cut to any length by five bits that are not in it.</summary>
    private static long Shorten(int number, ulong drawn) => number >> (int)(drawn >> 59);
}
