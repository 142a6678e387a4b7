namespace SumSocket.Measurement.Bench;

/// <summary>
/// Addends of every length and both signs, so that an answer to the wrong question is a wrong answer. Marsaglia's xorshift: a few instructions,
/// no object, and the same sequence in every run.
/// </summary>
internal struct Addends(int seed)
{
    private ulong _state = 0x9E3779B97F4A7C15 * ((ulong)seed + 1);

    /// <summary>The next two; their sum is always in the 64-bit range.</summary>
    public (long A, long B) Next() => (Draw(), Draw());

    private long Draw()
    {
        _state ^= _state << 13;
        _state ^= _state >> 7;
        _state ^= _state << 17;
        return (long)_state >> (int)(_state % 31) + 32; // at most 32 bits: what people add, and nothing that overflows
    }
}
