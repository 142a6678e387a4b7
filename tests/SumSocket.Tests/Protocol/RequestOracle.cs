using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using SumSocket.Protocol;
using SumSocket.Protocol.Json;

namespace SumSocket.Tests.Protocol;

/// <summary>
/// The contract said a second time, on <see cref="Utf8JsonReader"/> and the rules, sharing no code with the codec. Slow and plain. The
/// reader knows the grammar; UTF-8 inside strings, depth, length and everything about members is added here.
/// </summary>
internal static class RequestOracle
{
    private static readonly JsonReaderOptions _anyDepth = new() { MaxDepth = 10_000 };

    private struct Seen
    {
        public int Count;
        public bool NotInteger;
        public bool OutOfRange;
        public long Value;
    }

    /// <summary>What the decoder must say about a stream that starts between two messages.</summary>
    public static Outcome Next(ReadOnlySpan<byte> stream)
    {
        int begin = stream.IndexOfAnyExcept(" \t\r\n"u8);
        if (begin < 0)
            return new Outcome(DecodeStatus.NeedMore, default, default, stream.Length);
        ReadOnlySpan<byte> rest = stream[begin..];
        Span<Seen> seen = stackalloc Seen[3];
        if (rest[0] != '{')
            return Broken(ErrorCode.InvalidJson, seen);

        // What lies behind the first bad byte or the limit cannot matter any more, so the reader does not get to see it.
        int bad = FirstBadUtf8(rest);
        int limit = Math.Min(bad, 4096);
        var reader = new Utf8JsonReader(rest[..Math.Min(limit, rest.Length)], isFinalBlock: false, new JsonReaderState(_anyDepth));
        int depth = 0;
        int member = -1;
        try
        {
            while (reader.Read())
            {
                switch (reader.TokenType)
                {
                    case JsonTokenType.StartObject or JsonTokenType.StartArray when ++depth > 8:
                        return Broken(ErrorCode.TooDeep, seen);
                    case JsonTokenType.StartObject or JsonTokenType.StartArray:
                        continue;
                    case JsonTokenType.PropertyName:
                        if (depth == 1)
                            member = Array.IndexOf(["A", "B", "Id"], Unescaped(reader));
                        continue;
                    case JsonTokenType.Number when rest[(int)reader.BytesConsumed] == '/': // the reader would wait for a comment
                        return Broken(ErrorCode.InvalidJson, seen);
                    case JsonTokenType.EndObject or JsonTokenType.EndArray when --depth == 0:
                        return Evaluate(seen, begin + (int)reader.BytesConsumed);
                }

                if (depth == 1 && member >= 0)
                    Take(ref seen[member], reader, allowsNegative: member < 2);
            }
        }
        catch (JsonException)
        {
            return Broken(ErrorCode.InvalidJson, seen);
        }

        if (limit < rest.Length)
            return Broken(bad < 4096 ? ErrorCode.InvalidJson : ErrorCode.MessageTooLong, seen);
        return new Outcome(DecodeStatus.NeedMore, default, new ProtocolError(ErrorCode.Truncated, Member.Other, IdOf(seen)), stream.Length);
    }

    private static void Take(ref Seen seen, in Utf8JsonReader reader, bool allowsNegative)
    {
        seen.Count++;
        if (reader.TokenType != JsonTokenType.Number || reader.ValueSpan.ContainsAny(".eE"u8))
            seen.NotInteger = true;
        else if (!long.TryParse(reader.ValueSpan, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out seen.Value)
            || (seen.Value < 0 && !allowsNegative))
            seen.OutOfRange = true;
    }

    private static Outcome Evaluate(ReadOnlySpan<Seen> seen, int end)
    {
        Member[] names = [Member.A, Member.B, Member.Id];
        ErrorCode[] codes = [ErrorCode.MissingMember, ErrorCode.DuplicateMember, ErrorCode.NotAnInteger, ErrorCode.OutOfRange];
        foreach (ErrorCode code in codes)
        {
            for (int i = 0; i < seen.Length; i++)
            {
                bool applies = code switch
                {
                    ErrorCode.MissingMember => seen[i].Count == 0 && i < 2,
                    ErrorCode.DuplicateMember => seen[i].Count > 1,
                    ErrorCode.NotAnInteger => seen[i].NotInteger,
                    _ => seen[i].OutOfRange,
                };
                if (applies)
                    return new Outcome(DecodeStatus.Rejected, default, new ProtocolError(code, names[i], IdOf(seen)), end);
            }
        }

        return new Outcome(DecodeStatus.Message, new Request(seen[0].Value, seen[1].Value, IdOf(seen)), default, end);
    }

    private static long? IdOf(ReadOnlySpan<Seen> seen) =>
        seen[2] is { Count: 1, NotInteger: false, OutOfRange: false } id ? id.Value : null;

    /// <summary>Where exactly the decoder stops in a broken message is its own affair, as long as every cut agrees.</summary>
    private static Outcome Broken(ErrorCode code, ReadOnlySpan<Seen> seen) =>
        new(DecodeStatus.Broken, default, new ProtocolError(code, Member.Other, IdOf(seen)), -1);

    private static int FirstBadUtf8(ReadOnlySpan<byte> bytes)
    {
        int at = 0;
        while ((at += Ascii(bytes[at..])) < bytes.Length)
        {
            OperationStatus status = Rune.DecodeFromUtf8(bytes[at..], out _, out int length);
            if (status == OperationStatus.NeedMoreData)
                break;
            if (status != OperationStatus.Done) // the sequence may begin well, then the byte behind its good part is the bad one
                return bytes[at] is >= 0xC2 and <= 0xF4 ? at + length : at;
            at += length;
        }

        return bytes.Length;
    }

    private static int Ascii(ReadOnlySpan<byte> bytes) =>
        bytes.IndexOfAnyExceptInRange((byte)0, (byte)0x7F) is var i && i < 0 ? bytes.Length : i;

    private static string Unescaped(in Utf8JsonReader name)
    {
        string raw = Encoding.Latin1.GetString(name.ValueSpan); // one character a byte is enough to compare with ASCII
        if (!name.ValueIsEscaped)
            return raw;
        var text = new StringBuilder();
        for (int i = 0; i < raw.Length; i++)
        {
            if (raw[i] != '\\')
            {
                text.Append(raw[i]);
            }
            else if (raw[++i] == 'u')
            {
                text.Append((char)ushort.Parse(raw.AsSpan(i + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
                i += 4;
            }
            else
            {
                text.Append('\\'); // whatever it is, it is no letter
            }
        }

        return text.ToString();
    }
}
