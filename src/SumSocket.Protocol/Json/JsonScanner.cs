namespace SumSocket.Protocol.Json;

/// <summary>Why the scanner stopped.</summary>
internal enum ScanStep : byte
{
    NeedMore, // every byte was taken
    Member,   // a member of the message itself has ended
    End,      // the message has ended
    InvalidJson,
    TooDeep,
    TooLong,
}

/// <summary>The kinds of value that the decoders distinguish.</summary>
internal enum ScannedValue : byte
{
    Other,   // false, null, an array, an object, a number with fraction or exponent
    True,
    Integer, // a number without fraction and exponent
    String,
}

/// <summary>The strict general path: an automaton that reads a stream of JSON objects (RFC 8259) byte by byte and reports each member of
/// the outermost one. It takes every byte exactly once and keeps no input, only its state. So any cut of the same bytes gives the same
/// outcome, a message that arrives byte by byte costs linear time, and a peer can make it hold no more than this struct.</summary>
/// <remarks>The limits stop a peer that never closes its brace (length) or only opens brackets (depth).</remarks>
internal struct JsonScanner
{
    private State _state;
    private byte _depth;
    private byte _arrays;   // bit d: the container at depth d + 1 is an array
    private byte _literal;  // the first character of the literal being read
    private byte _pending;  // its characters still to come
    private short _length;  // bytes of the current message, from its '{'
    private JsonText _text;
    private JsonNumber _number;

    private enum State : byte
    {
        BetweenMessages, FirstName, NextName, Colon, Value, FirstElement, AfterValue, Name, Text, Number, Literal,
    }

    public readonly bool IsInsideMessage => _state != State.BetweenMessages;

    /// <summary>The member that <see cref="ScanStep.Member"/> reported, and what kind of value it has.</summary>
    public Member Member { get; private set; }

    public ScannedValue Value { get; private set; }

    /// <summary>The <see cref="ScannedValue.Integer"/>; false when it lies outside the signed 64-bit range.</summary>
    public readonly bool TryGetInt64(out long value) => _number.TryGetInt64(out value);

    /// <summary>The error code that a <see cref="ScannedValue.String"/> spells.</summary>
    public readonly ErrorCode ErrorCode => _text.AsErrorCode;

    /// <summary>Reads on from <paramref name="position"/>, the first byte not yet taken, and moves it behind what was taken.</summary>
    public ScanStep Read(ReadOnlySpan<byte> input, scoped ref int position)
    {
        if (_state == State.BetweenMessages)
        {
            // rule M8, rule T1
            position += CountWhiteSpace(input[position..]);
            if (position == input.Length)
                return ScanStep.NeedMore;
            // rule M1
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

    /// <summary>How many bytes of white space stand at the start.</summary>
    internal static int CountWhiteSpace(ReadOnlySpan<byte> input)
    {
        int count = 0;
        while (count < input.Length && IsWhiteSpace(input[count]))
            count++;
        return count;
    }

    private ScanStep Run(ReadOnlySpan<byte> input, scoped ref int position)
    {
        while (position < input.Length)
        {
            ScanStep step = _state switch
            {
                State.Name => ReadName(input, ref position),
                State.Text => EndToken(_text.Read(input, ref position), ScannedValue.String),
                State.Number => ReadNumber(input, ref position),
                State.Literal => ReadLiteral(input[position++]),
                _ => ReadStructure(input, ref position),
            };
            if (step != ScanStep.NeedMore)
                return step;
        }

        return ScanStep.NeedMore;
    }

    /// <summary>Reads what stands between names and values, and continues with the name or number it finds.</summary>
    private ScanStep ReadStructure(ReadOnlySpan<byte> input, scoped ref int position)
    {
        while (position < input.Length)
        {
            byte c = input[position];
            if (IsWhiteSpace(c))
            {
                position++;
                continue;
            }

            if (_state is State.Value or State.FirstElement && IsNumberStart(c))
            {
                Begin(State.Number);
                return ReadNumber(input, ref position); // it reads its first byte itself
            }

            position++;
            switch (_state)
            {
                case State.FirstName or State.NextName when c == '"':
                    Begin(State.Name);
                    return ReadName(input, ref position);
                case State.Colon when c == ':':
                    _state = State.Value;
                    continue;
                case State.AfterValue when c == ',':
                    _state = InArray ? State.Value : State.NextName;
                    continue;
                case State.FirstName when c == '}':
                case State.FirstElement when c == ']':
                case State.AfterValue when c == (InArray ? ']' : '}'):
                    return Close();
                case State.Value or State.FirstElement:
                    return BeginValue(c);
                default:
                    return ScanStep.InvalidJson;
            }
        }

        return ScanStep.NeedMore;
    }

    private static bool IsNumberStart(byte c) => c is (byte)'-' or (>= (byte)'0' and <= (byte)'9');

    private readonly bool InArray => (_arrays >> (_depth - 1) & 1) != 0;

    private ScanStep BeginValue(byte c)
    {
        switch (c)
        {
            case (byte)'"':
                return Begin(State.Text);
            case (byte)'{' or (byte)'[':
                if (_depth == ProtocolLimits.MaxDepth)
                    return ScanStep.TooDeep;
                int bit = 1 << _depth++;
                _arrays = (byte)(c == '[' ? _arrays | bit : _arrays & ~bit);
                return Begin(c == '[' ? State.FirstElement : State.FirstName);
            case (byte)'t' or (byte)'f' or (byte)'n':
                _literal = c;
                _pending = (byte)LiteralTail(c).Length;
                return Begin(State.Literal);
            default:
                return ScanStep.InvalidJson;
        }
    }

    private ScanStep Begin(State state)
    {
        _state = state;
        if (state is State.Name or State.Text)
            _text = default;
        else if (state == State.Number)
            _number = default;
        return ScanStep.NeedMore;
    }

    private ScanStep ReadName(ReadOnlySpan<byte> input, scoped ref int position)
    {
        TokenStep step = _text.Read(input, ref position);
        if (step != TokenStep.Complete)
            return step == TokenStep.NeedMore ? ScanStep.NeedMore : ScanStep.InvalidJson;
        if (_depth == 1)
            Member = _text.AsMember;
        return Begin(State.Colon);
    }

    private ScanStep ReadNumber(ReadOnlySpan<byte> input, scoped ref int position)
    {
        TokenStep step = _number.Read(input, ref position);
        return EndToken(step, _number.IsInteger ? ScannedValue.Integer : ScannedValue.Other);
    }

    private ScanStep EndToken(TokenStep step, ScannedValue value) => step switch
    {
        TokenStep.NeedMore => ScanStep.NeedMore,
        TokenStep.Complete => EndValue(value),
        _ => ScanStep.InvalidJson,
    };

    private ScanStep ReadLiteral(byte c)
    {
        ReadOnlySpan<byte> tail = LiteralTail(_literal);
        if (c != tail[^_pending])
            return ScanStep.InvalidJson;
        return --_pending == 0 ? EndValue(_literal == 't' ? ScannedValue.True : ScannedValue.Other) : ScanStep.NeedMore;
    }

    private static ReadOnlySpan<byte> LiteralTail(byte first) => first switch
    {
        (byte)'t' => "rue"u8,
        (byte)'f' => "alse"u8,
        _ => "ull"u8,
    };

    /// <summary>A value has ended. It is reported when it is a member of the message itself.</summary>
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
}
