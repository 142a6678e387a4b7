using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace SumSocket.Tests.Protocol;

/// <summary>How far a message could be read.</summary>
internal enum MessageEnd
{
    Blank,   // there is only white space
    Open,    // it has not ended
    Whole,
    Broken,
}

/// <summary>A member of the message itself.</summary>
/// <param name="Name">Its name, unescaped; characters beyond ASCII are not decoded.</param>
/// <param name="Type">The last token of its value.</param>
/// <param name="Text">The value of a number as it stands there, and of a string unescaped.</param>
internal readonly record struct MessageMember(string Name, JsonTokenType Type, string Text);

/// <summary>
/// The grammar of a message said a second time, on <see cref="Utf8JsonReader"/>, sharing no code with the codec. Slow and plain. The reader
/// knows JSON; UTF-8 inside strings, depth and length are added here.
/// </summary>
internal static class MessageOracle
{
    private static readonly JsonReaderOptions _anyDepth = new() { MaxDepth = 10_000 };

    /// <summary>Reads the first message of a stream that starts between two messages.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="members">Takes the members as far as they were read.</param>
    /// <param name="begin">Where the message begins.</param>
    /// <param name="end">Where it ends, if it does.</param>
    /// <param name="error">The error code of a broken one, as it stands on the wire.</param>
    public static MessageEnd Read(ReadOnlySpan<byte> stream, List<MessageMember> members, out int begin, out int end, out string error)
    {
        members.Clear();
        (end, error) = (stream.Length, "");
        begin = stream.IndexOfAnyExcept(" \t\r\n"u8);
        if (begin < 0)
            return MessageEnd.Blank;
        ReadOnlySpan<byte> rest = stream[begin..];
        error = "invalid_json";
        if (rest[0] != '{')
            return MessageEnd.Broken;

        // What lies behind the first bad byte or the limit cannot matter any more, so the reader does not get to see it.
        int bad = FirstBadUtf8(rest);
        int limit = Math.Min(bad, 4096);
        var reader = new Utf8JsonReader(rest[..Math.Min(limit, rest.Length)], isFinalBlock: false, new JsonReaderState(_anyDepth));
        int depth = 0;
        string name = "";
        try
        {
            while (reader.Read())
            {
                switch (reader.TokenType)
                {
                    case JsonTokenType.StartObject or JsonTokenType.StartArray when ++depth > 8:
                        error = "too_deep";
                        return MessageEnd.Broken;
                    case JsonTokenType.StartObject or JsonTokenType.StartArray:
                        continue;
                    case JsonTokenType.PropertyName:
                        if (depth == 1)
                            name = Unescaped(reader);
                        continue;
                    case JsonTokenType.Number when rest[(int)reader.BytesConsumed] == '/': // the reader would wait for a comment
                        return MessageEnd.Broken;
                    case JsonTokenType.EndObject or JsonTokenType.EndArray when --depth == 0:
                        end = begin + (int)reader.BytesConsumed;
                        return MessageEnd.Whole;
                }

                if (depth == 1)
                    members.Add(new MessageMember(name, reader.TokenType, Unescaped(reader)));
            }
        }
        catch (JsonException)
        {
            return MessageEnd.Broken;
        }

        if (limit >= rest.Length)
            return MessageEnd.Open;
        error = bad < 4096 ? "invalid_json" : "message_too_long";
        return MessageEnd.Broken;
    }

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

    private static string Unescaped(in Utf8JsonReader token)
    {
        string raw = Encoding.Latin1.GetString(token.ValueSpan); // one character a byte is enough to compare with ASCII
        if (!token.ValueIsEscaped)
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
