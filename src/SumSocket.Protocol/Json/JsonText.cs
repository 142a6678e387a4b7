namespace SumSocket.Protocol.Json;

/// <summary>The members the contract knows. Every other one is skipped.</summary>
public enum Member : byte
{
    /// <summary>A member the contract does not know, or none in particular.</summary>
    Other,

    /// <summary>The first addend.</summary>
    A,

    /// <summary>The second addend.</summary>
    B,

    /// <summary>The number that matches a request and its answer.</summary>
    Id,

    /// <summary>The sum in an answer.</summary>
    Sum,

    /// <summary>The error code in an answer.</summary>
    Error,

    /// <summary>How long the answer is held back.</summary>
    Delay,

    /// <summary>What the server sees of the connection.</summary>
    Path,
}

/// <summary>How far a string or a number was read.</summary>
internal enum TokenStep : byte
{
    NeedMore, // every byte was taken and the token may go on
    Complete,
    Invalid,
}

/// <summary>A JSON string behind its opening quote, read in any pieces: <c>*( unescaped / '\' escape ) '"'</c>. All of it is checked
/// against the UTF-8 table of RFC 3629, section 4. Kept are up to 16 unescaped characters: enough for every known name and code.</summary>
internal struct JsonText
{
    private const byte Unknown = byte.MaxValue;

    private Place _place;
    private byte _length;   // decoded characters in _packed; Unknown when they cannot spell anything known
    private byte _pending;  // UTF-8 continuation bytes or hex digits still to come
    // rule E6
    private byte _utf8Low;  // the range of the next continuation byte
    private byte _utf8High;
    private ushort _escape; // the code unit of a \uXXXX escape so far
    private UInt128 _packed;

    private enum Place : byte { Characters, Utf8Tail, Escape, HexDigits }

    // rule M6
    public readonly Member AsMember => (_length, (ulong)_packed) switch
    {
        (1, 'A') => Member.A,
        (1, 'B') => Member.B,
        (2, 'I' << 8 | 'd') => Member.Id,
        (4, 'P' << 24 | 'a' << 16 | 't' << 8 | 'h') => Member.Path,
        (5, (ulong)'D' << 32 | 'e' << 24 | 'l' << 16 | 'a' << 8 | 'y') => Member.Delay,
        (3, 'S' << 16 | 'u' << 8 | 'm') => Member.Sum,
        (5, (ulong)'E' << 32 | 'r' << 24 | 'r' << 16 | 'o' << 8 | 'r') => Member.Error,
        _ => Member.Other,
    };

    public readonly ErrorCode AsErrorCode => _length == Unknown ? ErrorCode.Unknown : ErrorCodes.FromPacked(_packed);

    /// <summary>Reads on to the closing quote, which is taken.</summary>
    public TokenStep Read(ReadOnlySpan<byte> input, scoped ref int position)
    {
        while (position < input.Length)
        {
            byte c = input[position++];
            if (_place == Place.Characters)
            {
                if (c == '"')
                    return TokenStep.Complete;
                if (c is >= (byte)' ' and < 0x80 and not (byte)'\\')
                    Append(c);
                else if (c == '\\')
                    _place = Place.Escape;
                else if (!BeginUtf8(c))
                    return TokenStep.Invalid;
            }
            else if (!ReadInside(c))
            {
                return TokenStep.Invalid;
            }
        }

        return TokenStep.NeedMore;
    }

    private bool ReadInside(byte c) => _place switch
    {
        Place.Utf8Tail => ReadUtf8Tail(c),
        Place.Escape => ReadEscape(c),
        _ => ReadHexDigit(c),
    };

    private bool ReadEscape(byte c)
    {
        if (c == 'u')
        {
            _escape = 0;
            _pending = 4;
            _place = Place.HexDigits;
            return true;
        }

        _length = Unknown; // no known name or code has one of the characters below
        _place = Place.Characters;
        return "\"\\/bfnrt"u8.Contains(c);
    }

    private bool ReadHexDigit(byte c)
    {
        if (!char.IsAsciiHexDigit((char)c))
            return false;
        _escape = (ushort)(_escape << 4 | (c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10));
        if (--_pending == 0)
        {
            Append(_escape);
            _place = Place.Characters;
        }

        return true;
    }

    /// <summary>The first byte of a sequence says how many follow and narrows the range of the second.</summary>
    private bool BeginUtf8(byte lead)
    {
        (_pending, _utf8Low, _utf8High) = lead switch
        {
            >= 0xC2 and <= 0xDF => ((byte)1, (byte)0x80, (byte)0xBF),
            0xE0 => ((byte)2, (byte)0xA0, (byte)0xBF), // no overlong form
            0xED => ((byte)2, (byte)0x80, (byte)0x9F), // no surrogate
            >= 0xE1 and <= 0xEF => ((byte)2, (byte)0x80, (byte)0xBF),
            0xF0 => ((byte)3, (byte)0x90, (byte)0xBF), // no overlong form
            >= 0xF1 and <= 0xF3 => ((byte)3, (byte)0x80, (byte)0xBF),
            0xF4 => ((byte)3, (byte)0x80, (byte)0x8F), // nothing above U+10FFFF
            _ => default,
        };
        _length = Unknown;
        _place = Place.Utf8Tail;
        return _pending != 0;
    }

    private bool ReadUtf8Tail(byte c)
    {
        if (c < _utf8Low || c > _utf8High)
            return false;
        (_utf8Low, _utf8High) = (0x80, 0xBF);
        if (--_pending == 0)
            _place = Place.Characters;
        return true;
    }

    private void Append(int codeUnit)
    {
        // A packed NUL could not be seen.
        if (_length >= ErrorCodes.MaxNameLength || codeUnit is 0 or >= 0x80)
        {
            _length = Unknown;
            return;
        }

        _packed = _packed << 8 | (byte)codeUnit;
        _length++;
    }
}
