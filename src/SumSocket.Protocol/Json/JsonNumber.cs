namespace SumSocket.Protocol.Json;

/// <summary>A JSON number of any length, read in any pieces and kept as far as 64 bits go: <c>[ '-' ] ( '0' / digit1-9 *digit ) [ '.'
/// 1*digit ] [ 'e' [ sign ] 1*digit ]</c>.</summary>
internal struct JsonNumber
{
    private const byte MaxDigits = 19; // every 19-digit number fits an unsigned 64-bit one, none of 20 a signed one

    private Place _place;
    private bool _negative;
    private byte _digits; // of the integer part, no further than one beyond MaxDigits
    private ulong _magnitude;

    private enum Place : byte { Start, Minus, Zero, Digits, Point, Fraction, Exponent, ExponentSign, ExponentDigits }

    /// <summary>Whether the number has neither fraction nor exponent.</summary>
    // rule M5
    public readonly bool IsInteger => _place is Place.Zero or Place.Digits;

    /// <summary>The value of an integer; false when it lies outside the signed 64-bit range. -0 is 0.</summary>
    public readonly bool TryGetInt64(out long value)
    {
        value = _negative ? (long)(0 - _magnitude) : (long)_magnitude;
        return _digits <= MaxDigits && _magnitude <= (_negative ? 1UL << 63 : long.MaxValue);
    }

    /// <summary>Reads up to the byte behind the number, which is not taken.</summary>
    public TokenStep Read(ReadOnlySpan<byte> input, scoped ref int position)
    {
        for (; position < input.Length; position++)
        {
            byte c = input[position];
            if (c is >= (byte)'0' and <= (byte)'9')
            {
                if (_place == Place.Digits)
                    position = ReadDigits(input, position) - 1;
                else if (!ReadDigit(c))
                    return TokenStep.Invalid;
                continue;
            }

            switch (c)
            {
                case (byte)'-' when _place == Place.Start:
                    _negative = true;
                    _place = Place.Minus;
                    continue;
                case (byte)'.' when IsInteger:
                    _place = Place.Point;
                    continue;
                case (byte)'e' or (byte)'E' when IsInteger || _place == Place.Fraction:
                    _place = Place.Exponent;
                    continue;
                case (byte)'+' or (byte)'-' when _place == Place.Exponent:
                    _place = Place.ExponentSign;
                    continue;
            }

            bool mayEnd = IsInteger || _place is Place.Fraction or Place.ExponentDigits;
            return mayEnd && MayFollow(c) ? TokenStep.Complete : TokenStep.Invalid;
        }

        return TokenStep.NeedMore;
    }

    private bool ReadDigit(byte c)
    {
        switch (_place)
        {
            case Place.Start or Place.Minus:
                _place = c == '0' ? Place.Zero : Place.Digits;
                _magnitude = (uint)(c - '0');
                _digits = 1;
                return true;
            case Place.Point or Place.Fraction:
                _place = Place.Fraction;
                return true;
            case Place.Exponent or Place.ExponentSign or Place.ExponentDigits:
                _place = Place.ExponentDigits;
                return true;
            default: // none may follow a leading zero
                return false;
        }
    }

    /// <summary>The digits behind the first are most of a number: a loop of their own keeps them in registers.</summary>
    private int ReadDigits(ReadOnlySpan<byte> input, int at)
    {
        ulong magnitude = _magnitude;
        int digits = _digits;
        for (; at < input.Length && (uint)(input[at] - '0') <= 9; at++)
        {
            if (digits > MaxDigits)
                continue;
            magnitude = magnitude * 10 + (uint)(input[at] - '0');
            digits++;
        }

        _magnitude = magnitude;
        _digits = (byte)digits;
        return at;
    }

    /// <summary>A number is read when a byte follows that may follow one: 5 in <c>5}</c>, nothing in <c>5x</c>.</summary>
    private static bool MayFollow(byte c) => c is (byte)',' or (byte)'}' or (byte)']' || JsonScanner.IsWhiteSpace(c);
}
