using System.Diagnostics;

namespace SumSocket.Protocol;

/// <summary>
/// The strict general path: an automaton that reads a stream of JSON objects (RFC 8259) byte by byte and reports each member of the
/// outermost one. It takes every byte exactly once and keeps no input, only where it stands, so any cut of the same bytes gives the same
/// outcome, a message that arrives byte by byte costs linear time, and a peer can make it hold no more than this struct.
/// </summary>
/// <remarks>
/// The cap on length stops a peer that never closes its brace, the cap on depth one that only opens brackets
/// (docs/protocol.md, "Error codes"). String contents are checked against the UTF-8 table of RFC 3629, section 4, also where they are skipped.
/// </remarks>
internal struct JsonScanner
{
    private const byte TextTooLong = byte.MaxValue;

    private State _state;
    private byte _depth;
    private byte _arrays;       // bit d: the container at depth d + 1 is an array
    private bool _inName;       // the string being read is a member's name
    private byte _textLength;   // decoded characters in _text, TextTooLong when they do not fit
    private byte _pending;      // UTF-8 continuation bytes, hex digits or literal characters still to come
    private byte _utf8Low;      // the range of the next continuation byte
    private byte _utf8High;
    private byte _literal;      // the first character of the literal being read
    private ushort _escape;     // the code unit of a \uXXXX escape so far
    private short _length;      // bytes of the current message, from its '{'
    private UInt128 _text;      // the last 16 characters of a name or a string value, to compare with the few that are known
    private JsonNumber _number;

    private enum State : byte
    {
        BetweenMessages, FirstName, NextName, Colon, Value, FirstElement, AfterValue,
        InString, Utf8Tail, Escape, HexDigits, Literal,
        Minus, LeadingZero, Digits, Point, Fraction, Exponent, ExponentSign, ExponentDigits,
    }

    /// <summary>Whether a message was begun and has not ended.</summary>
    public readonly bool IsInsideMessage => _state != State.BetweenMessages;

    /// <summary>The member that <see cref="ScanStep.Member"/> reported.</summary>
    public Member Member { get; private set; }

    /// <summary>What kind of value that member has.</summary>
    public ScannedValue Value { get; private set; }

    /// <summary>The number, when <see cref="Value"/> is <see cref="ScannedValue.Integer"/>.</summary>
    public readonly JsonNumber Number => _number;

    /// <summary>The error code that a string value spells, when <see cref="Value"/> is <see cref="ScannedValue.String"/>.</summary>
    public readonly ErrorCode ErrorCode => _textLength <= ErrorCodes.MaxNameLength ? ErrorCodes.FromPacked(_text) : ErrorCode.Unknown;

    /// <summary>Reads on from <paramref name="position"/> to the next thing worth telling.</summary>
    /// <param name="input">Bytes of the stream.</param>
    /// <param name="position">The first byte not yet taken; moved behind what was taken.</param>
    public ScanStep Read(ReadOnlySpan<byte> input, scoped ref int position)
    {
        if (_state == State.BetweenMessages)
        {
            while (position < input.Length && IsWhiteSpace(input[position]))
                position++;
            if (position == input.Length)
                return ScanStep.NeedMore;
            if (input[position++] != '{')
                return ScanStep.InvalidJson;
            _depth = 1;
            _arrays = 0;
            _length = 1;
            _state = State.FirstName;
        }

        int start = position;
        int end = Math.Min(input.Length, start + ProtocolLimits.MaxMessageLength - _length);
        ScanStep step = Run(input[..end], ref position);
        _length += (short)(position - start);
        return step == ScanStep.NeedMore && position < input.Length ? ScanStep.TooLong : step;
    }

    internal static bool IsWhiteSpace(byte c) => c is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t';

    private ScanStep Run(ReadOnlySpan<byte> input, scoped ref int position)
    {
        while (position < input.Length)
        {
            byte c = input[position];
            ScanStep step = _state switch
            {
                State.InString => ReadString(input, ref position),
                >= State.Minus => ReadNumber(c, ref position),
                >= State.Utf8Tail => ReadInsideString(c, ref position),
                _ => ReadStructure(c, ref position),
            };
            if (step != ScanStep.NeedMore)
                return step;
        }

        return ScanStep.NeedMore;
    }

    private ScanStep ReadStructure(byte c, scoped ref int position)
    {
        position++;
        if (IsWhiteSpace(c))
            return ScanStep.NeedMore;
        switch (_state)
        {
            case State.FirstName when c == '}':
                return Close();
            case State.FirstName or State.NextName when c == '"':
                return BeginString(isName: true);
            case State.Colon when c == ':':
                _state = State.Value;
                return ScanStep.NeedMore;
            case State.FirstElement when c == ']':
                return Close();
            case State.Value or State.FirstElement:
                return BeginValue(c);
            case State.AfterValue when c == ',':
                _state = InArray ? State.Value : State.NextName;
                return ScanStep.NeedMore;
            case State.AfterValue when c == (InArray ? ']' : '}'):
                return Close();
            default:
                return ScanStep.InvalidJson;
        }
    }

    private readonly bool InArray => (_arrays >> (_depth - 1) & 1) != 0;

    private ScanStep BeginValue(byte c)
    {
        switch (c)
        {
            case (byte)'"':
                return BeginString(isName: false);
            case (byte)'{' or (byte)'[':
                if (_depth == ProtocolLimits.MaxDepth)
                    return ScanStep.TooDeep;
                int bit = 1 << _depth++;
                _arrays = (byte)(c == '[' ? _arrays | bit : _arrays & ~bit);
                _state = c == '[' ? State.FirstElement : State.FirstName;
                return ScanStep.NeedMore;
            case (byte)'t' or (byte)'f' or (byte)'n':
                _literal = c;
                _pending = (byte)LiteralTail(c).Length;
                _state = State.Literal;
                return ScanStep.NeedMore;
            case (byte)'-':
                _number = new JsonNumber(negative: true);
                _state = State.Minus;
                return ScanStep.NeedMore;
            case >= (byte)'0' and <= (byte)'9':
                _number = default;
                _number.Append(c);
                _state = c == '0' ? State.LeadingZero : State.Digits;
                return ScanStep.NeedMore;
            default:
                return ScanStep.InvalidJson;
        }
    }

    /// <summary>A value has ended; it is worth telling when it is a member of the message itself.</summary>
    private ScanStep EndValue(ScannedValue value)
    {
        _state = State.AfterValue;
        Value = value;
        return _depth == 1 ? ScanStep.Member : ScanStep.NeedMore;
    }

    private ScanStep Close()
    {
        if (--_depth > 0)
            return EndValue(ScannedValue.Other);
        _state = State.BetweenMessages;
        return ScanStep.End;
    }

    // ---- strings: '"' *( unescaped / '\' escape ) '"' ----

    private ScanStep BeginString(bool isName)
    {
        _inName = isName;
        _text = 0;
        _textLength = 0;
        _state = State.InString;
        return ScanStep.NeedMore;
    }

    private ScanStep ReadString(ReadOnlySpan<byte> input, scoped ref int position)
    {
        for (; position < input.Length; position++)
        {
            byte c = input[position];
            if (c == '"')
            {
                position++;
                return EndString();
            }

            if (c < ' ')
                return ScanStep.InvalidJson;
            if (c is not ((byte)'\\' or >= 0x80))
            {
                Append(c);
                continue;
            }

            position++;
            if (c != '\\')
                return BeginUtf8(c);
            _state = State.Escape;
            return ScanStep.NeedMore;
        }

        return ScanStep.NeedMore;
    }

    private ScanStep EndString()
    {
        if (!_inName)
            return EndValue(ScannedValue.String);
        if (_depth == 1)
            Member = Named();
        _state = State.Colon;
        return ScanStep.NeedMore;
    }

    private ScanStep ReadInsideString(byte c, scoped ref int position)
    {
        position++;
        switch (_state)
        {
            case State.Utf8Tail:
                if (c < _utf8Low || c > _utf8High)
                    return ScanStep.InvalidJson;
                (_utf8Low, _utf8High) = (0x80, 0xBF);
                if (--_pending == 0)
                    _state = State.InString;
                return ScanStep.NeedMore;
            case State.Escape:
                return ReadEscape(c);
            case State.HexDigits:
                if (!char.IsAsciiHexDigit((char)c))
                    return ScanStep.InvalidJson;
                _escape = (ushort)(_escape << 4 | (c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10));
                if (--_pending == 0)
                {
                    Append(_escape);
                    _state = State.InString;
                }

                return ScanStep.NeedMore;
            default:
                Debug.Assert(_state == State.Literal, "the only other state that leads here");
                ReadOnlySpan<byte> tail = LiteralTail(_literal);
                if (c != tail[^_pending])
                    return ScanStep.InvalidJson;
                return --_pending == 0 ? EndValue(ScannedValue.Other) : ScanStep.NeedMore;
        }
    }

    private ScanStep ReadEscape(byte c)
    {
        if (c == 'u')
        {
            _escape = 0;
            _pending = 4;
            _state = State.HexDigits;
            return ScanStep.NeedMore;
        }

        if (!"\"\\/bfnrt"u8.Contains(c))
            return ScanStep.InvalidJson;
        _textLength = TextTooLong; // none of these stands in a name or a code that is known
        _state = State.InString;
        return ScanStep.NeedMore;
    }

    /// <summary>The first byte of a sequence says how many follow and narrows the range of the second (RFC 3629, section 4).</summary>
    private ScanStep BeginUtf8(byte lead)
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
        if (_pending == 0)
            return ScanStep.InvalidJson;
        _textLength = TextTooLong;
        _state = State.Utf8Tail;
        return ScanStep.NeedMore;
    }

    private void Append(int codeUnit)
    {
        if (_textLength >= ErrorCodes.MaxNameLength || codeUnit > 0x7F)
        {
            _textLength = TextTooLong;
            return;
        }

        _text = _text << 8 | (byte)codeUnit;
        _textLength++;
    }

    private readonly Member Named() => (_textLength, (ulong)_text) switch
    {
        (1, 'A') => Member.A,
        (1, 'B') => Member.B,
        (2, 'I' << 8 | 'd') => Member.Id,
        (3, 'S' << 16 | 'u' << 8 | 'm') => Member.Sum,
        (5, (ulong)'E' << 32 | 'r' << 24 | 'r' << 16 | 'o' << 8 | 'r') => Member.Error,
        _ => Member.Other,
    };

    private static ReadOnlySpan<byte> LiteralTail(byte first) => first switch
    {
        (byte)'t' => "rue"u8,
        (byte)'f' => "alse"u8,
        _ => "ull"u8,
    };

    // ---- numbers: [ '-' ] ( '0' / digit1-9 *digit ) [ '.' 1*digit ] [ 'e' [ sign ] 1*digit ] ----

    private ScanStep ReadNumber(byte c, scoped ref int position)
    {
        bool digit = c is >= (byte)'0' and <= (byte)'9';
        bool exponent = c is (byte)'e' or (byte)'E';
        State next = _state switch
        {
            State.Minus => !digit ? State.BetweenMessages : c == '0' ? State.LeadingZero : State.Digits,
            State.Digits when digit => State.Digits,
            State.LeadingZero when digit => State.BetweenMessages,
            State.LeadingZero or State.Digits => c == '.' ? State.Point : exponent ? State.Exponent : State.AfterValue,
            State.Point => digit ? State.Fraction : State.BetweenMessages,
            State.Fraction => digit ? State.Fraction : exponent ? State.Exponent : State.AfterValue,
            State.Exponent when c is (byte)'+' or (byte)'-' => State.ExponentSign,
            State.Exponent or State.ExponentSign => digit ? State.ExponentDigits : State.BetweenMessages,
            _ => digit ? State.ExponentDigits : State.AfterValue,
        };
        switch (next)
        {
            case State.BetweenMessages: // stands for: no number goes on like this
                return ScanStep.InvalidJson;
            case State.AfterValue: // the byte behind the number is not part of it and stays
                return EndValue(_state is State.LeadingZero or State.Digits ? ScannedValue.Integer : ScannedValue.Other);
            case State.LeadingZero or State.Digits:
                _number.Append(c);
                break;
        }

        _state = next;
        position++;
        return ScanStep.NeedMore;
    }
}
