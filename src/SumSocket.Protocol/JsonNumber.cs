namespace SumSocket.Protocol;

/// <summary>A plain JSON integer of any length, kept as far as 64 bits go.</summary>
internal struct JsonNumber(bool negative)
{
    private readonly bool _negative = negative;
    private ulong _magnitude;
    private bool _tooLarge;

    /// <summary>Adds one decimal digit, given as its ASCII byte.</summary>
    public void Append(byte digit)
    {
        uint value = (uint)(digit - '0');
        if (_magnitude > (ulong.MaxValue - value) / 10)
            _tooLarge = true;
        else
            _magnitude = _magnitude * 10 + value;
    }

    /// <summary>The value, when it lies in the signed 64-bit range. -0 is 0.</summary>
    public readonly bool TryGetInt64(out long value)
    {
        value = _negative ? (long)(0 - _magnitude) : (long)_magnitude;
        return !_tooLarge && _magnitude <= (_negative ? 1UL << 63 : long.MaxValue);
    }
}
