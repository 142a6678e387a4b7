using System.Globalization;
using System.Text;

namespace SumSocket.Tests.Protocol;

/// <summary>
/// Makes streams of requests: good ones in many shapes, ones with faults that know the grammar, and ones with bytes simply broken.
/// <see cref="AnswerGenerator"/> makes answers.
/// </summary>
internal class StreamGenerator(int seed)
{
    private static readonly byte[][] _names = Bytes(
        "A", "B", "Id", "A", "B", "Id", "A", "B", "\\u0041", "\\u0042", "\\u0049d",
        "I\\u0064", "\\u0049\\u0064", "a", "b", "id", "ID", "X", "", "Delay", "Path", "De\\u006cay", "\\u0050ath", "path",
        "Sum", "Error", "Idx", "é", "\\ud800", "A\\u0000", "\\u0000A", "A\\n", "A longer name than any that is known");

    private static readonly byte[][] _integers = Bytes(
        "0", "-0", "7", "-1", "99", "12345678", "123456789", "-12345678", "9999999999999999", "12345678901234567", "999999999999999999",
        "1000000000000000000", "9223372036854775807", "9223372036854775808",
        "-9223372036854775808", "-9223372036854775809", "9999999999999999999",
        "10000000000000000000", "18446744073709551615", "18446744073709551616", "-18446744073709551616",
        "99999999999999999999999", new('9', 400));

    private static readonly byte[][] _otherValues = Bytes(
        "1.0", "-0.0", "1e2", "1E+2", "12e-2", "0e0", "1.5e10", "null", "true", "false",
        "\"7\"", "\"\"", "\"}\\\"{\"", "\"\\\\\"", "\"\\u00e9\\ud83d\"",
        "\"é€😀\\/\\b\\f\\n\\r\\t\"", "[]", "{}", "[1,2,[3]]", "{\"A\":1}", "[{},[],\"]\"]", "{\"Id\":{\"Id\":[null]}}");

    private static readonly byte[][] _faults =
    [
        .. Bytes("01", "-01", "00", "-", "+1", "1.", "1.e1", ".5", "1e", "1e+", "0x10",
            "1-", "5/", "tru", "nulL", "NaN", "'x'", "\"\\x\"", "\"\\u12g4\"",
            "[1,]", "[,1]", "{\"A\"}", "{,}", "[}", "{]", "\"\t\"", "/**/1", "1 1", ""),
        [.. "\""u8, 0xC0, 0x80, .. "\""u8], [.. "\""u8, 0xE0, 0x80, 0x80, .. "\""u8], [.. "\""u8, 0xED, 0xA0, 0x80, .. "\""u8],
        [.. "\""u8, 0xF4, 0x90, 0x80, 0x80, .. "\""u8], [.. "\""u8, 0xF0, 0x8F, 0xBF, 0xBF, .. "\""u8], [.. "\""u8, 0x80, .. "\""u8],
        [.. "\""u8, 0xE2, 0x82, .. "\""u8], [.. "\""u8, 0xF0, 0x9F, 0x98, .. "\""u8], [.. "\""u8, 0xFF, .. "\""u8], [0xEF, 0xBB, 0xBF],
    ];

    private static readonly byte[] _notableBytes =
        [.. "{}[]\",:\\/-+.eE0123456789 \t\r\nABIdutfn"u8, 0, 0x7F, 0x80, 0xBF, 0xC2, 0xE2, 0xED, 0xF0, 0xF4, 0xFF];

    private static readonly byte[][] _probes = Bytes(
        ",\"Delay\":0", ",\"Delay\":-0", ",\"Delay\":86400000", ",\"Delay\":86400001", ",\"Delay\":-1", ",\"Delay\":1.0", ",\"Delay\":null",
        ",\"Path\":true", ",\"Path\":false", ",\"Path\":0", ",\"Path\":-1", ",\"Path\":1", ",\"Path\":1.0", ",\"Path\":1e1",
        ",\"Path\":9223372036854775807", ",\"Path\":9223372036854775808", ",\"Path\":{\"Key\":[true]}", ",\"Path\":\"true\"");

    private readonly Random _random = new(seed);
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _length;

    /// <summary>The names of members, the first of which a good message has.</summary>
    protected virtual byte[][] Names => _names;

    /// <summary>How many of them a good message has.</summary>
    protected virtual int Required => 2;

    /// <summary>Values that are no integers.</summary>
    protected virtual byte[][] OtherValues => _otherValues;

    /// <summary>How often a value is an integer: all but one in so many.</summary>
    protected virtual int OtherValueOneIn => 8;

    /// <summary>The next stream: one to three messages, perhaps damaged. Valid until the next call.</summary>
    public ReadOnlySpan<byte> Next()
    {
        _length = 0;
        int messages = Chance(8) ? 3 : Chance(8) ? 2 : 1;
        for (int i = 0; i < messages; i++)
        {
            White();
            AddMessage();
        }

        White();
        if (Chance(3))
            Damage();
        return _buffer.AsSpan(0, _length);
    }

    private void AddMessage()
    {
        if (Chance(3))
            AddCanonical();
        else if (Chance(300))
            AddLong();
        else
            AddAnyShape();
    }

    /// <summary>Adds a message as it is usually spelled.</summary>
    protected virtual void AddCanonical()
    {
        Add("{\"A\":"u8);
        AddInteger();
        Add(",\"B\":"u8);
        AddInteger();
        if (Chance(2))
        {
            Add(",\"Id\":"u8);
            AddInteger();
        }

        while (Chance(6))
            Add(Any(_probes));
        Add("}"u8);
    }

    private void AddAnyShape()
    {
        Add("{"u8);
        int members = _random.Next(5);
        bool complete = Chance(2); // else nearly every message would miss a member
        for (int i = 0; i < members || (complete && i < Required); i++)
        {
            if (i > 0)
                Add(","u8);
            White();
            Add("\""u8);
            Add(complete && i < Required ? Names[i] : Any(Names));
            Add("\""u8);
            White();
            Add(":"u8);
            White();
            AddValue();
            White();
        }

        Add("}"u8);
    }

    private void AddValue()
    {
        if (!Chance(OtherValueOneIn))
            AddInteger();
        else if (Chance(4))
            Add(Any(_faults));
        else if (Chance(3))
            AddNested(_random.Next(5, 10));
        else
            Add(Any(OtherValues));
    }

    protected void AddInteger()
    {
        if (Chance(6))
        {
            Add(Any(_integers));
            return;
        }

        long value = _random.NextInt64() >> _random.Next(64);
        if (Chance(2))
            value = -value;
        value.TryFormat(_buffer.AsSpan(_length), out int written, default, CultureInfo.InvariantCulture);
        _length += written;
    }

    private void AddNested(int brackets)
    {
        int objects = _random.Next(1 << brackets); // bit i: the bracket at level i opens an object
        for (int i = 0; i < brackets; i++)
            Add((objects >> i & 1) != 0 ? "{\"A\":"u8 : "["u8);
        AddInteger();
        for (int i = brackets - 1; i >= 0; i--)
            Add((objects >> i & 1) != 0 ? "}"u8 : "]"u8);
    }

    /// <summary>A message within a few bytes of the longest that may be, padded in one of three ways.</summary>
    private void AddLong()
    {
        int start = _length;
        int padding = _random.Next(3);
        Add("{\"Id\":5,\"A\":1,\"X\":"u8);
        if (padding == 0)
            Add("\""u8);
        int end = start + 4096 + _random.Next(-4, 4) - ",\"B\":1}".Length - (padding == 0 ? 1 : 0);
        _buffer.AsSpan(_length, end - _length).Fill((byte)(padding == 0 ? Chance(2) ? '}' : 'x' : padding == 1 ? ' ' : '1'));
        _length = end;
        if (padding == 0)
            Add("\""u8);
        if (padding == 1)
            _buffer[_length - 1] = (byte)'1';
        Add(",\"B\":1}"u8);
    }

    private void Damage()
    {
        for (int faults = _random.Next(1, 3); faults > 0 && _length > 0; faults--)
        {
            int at = _random.Next(_length);
            switch (_random.Next(5))
            {
                case 0:
                    _buffer[at] = _notableBytes[_random.Next(_notableBytes.Length)];
                    break;
                case 1:
                    _buffer[at] ^= (byte)(1 << _random.Next(8));
                    break;
                case 2: // leave bytes out
                    int gone = Math.Min(_random.Next(1, 4), _length - at);
                    _buffer.AsSpan(at + gone, _length - at - gone).CopyTo(_buffer.AsSpan(at));
                    _length -= gone;
                    break;
                case 3: // put bytes in, those that stand there or a notable one
                    int more = Math.Min(_random.Next(1, 8), _length - at);
                    _buffer.AsSpan(at, _length - at).CopyTo(_buffer.AsSpan(at + more));
                    _length += more;
                    if (Chance(2))
                        _buffer[at] = _notableBytes[_random.Next(_notableBytes.Length)];
                    break;
                default:
                    _length = at;
                    break;
            }
        }
    }

    private void White()
    {
        while (Chance(4))
            _buffer[_length++] = " \t\r\n"u8[_random.Next(4)];
    }

    protected bool Chance(int oneIn) => _random.Next(oneIn) == 0;

    protected byte[] Any(byte[][] choices) => choices[_random.Next(choices.Length)];

    protected void Add(ReadOnlySpan<byte> text)
    {
        text.CopyTo(_buffer.AsSpan(_length));
        _length += text.Length;
    }

    protected static byte[][] Bytes(params string[] texts) => Array.ConvertAll(texts, Encoding.UTF8.GetBytes);
}
