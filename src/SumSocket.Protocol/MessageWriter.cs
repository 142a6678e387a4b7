using System.Text;
using SumSocket.Protocol.FastPath;

namespace SumSocket.Protocol;

/// <summary>Writes messages exactly as rule M9 spells them: fixed member order, no white space inside, one <c>\n</c> at the end.</summary>
/// <exception cref="ArgumentException">The destination is too short for the message; the room below is always enough.</exception>
public static class MessageWriter
{
    /// <summary>Room for every request, in bytes; the longest has 77.</summary>
    public const int MaxRequestLength = 80;

    /// <summary>Room for every answer, in bytes; errors are the longest.</summary>
    public const int MaxResponseLength = 160;

    /// <summary>The same for a request with a <see cref="RequestProbe"/>; the longest has 121.</summary>
    public const int MaxProbeRequestLength = 128;

    /// <summary>The same for an answer with a <see cref="PathReport"/> whose texts have at most 64 characters each.</summary>
    public const int MaxPathResponseLength = 1024;

    /// <summary>Writes <c>{"A":&lt;int&gt;,"B":&lt;int&gt;[,"Id":&lt;int&gt;]}\n</c>.</summary>
    /// <returns>The bytes written.</returns>
    // rule M9
    public static int WriteRequest(Span<byte> destination, in Request request)
    {
        int length = request.Id is null ? VectorRequestWriter.Write(destination, request.A, request.B) : 0;
        if (length != 0)
            return length;
        length = Append(destination, 0, "{\"A\":"u8);
        length = Append(destination, length, request.A);
        length = Append(destination, length, ",\"B\":"u8);
        length = Append(destination, length, request.B);
        return End(destination, length, request.Id);
    }

    /// <summary>Writes the request with what it asks for beside the sum:
    /// <c>{"A":&lt;int&gt;,"B":&lt;int&gt;[,"Id":&lt;int&gt;][,"Delay":&lt;int&gt;][,"Path":true|&lt;int&gt;]}\n</c>.</summary>
    /// <returns>The bytes written.</returns>
    // rule O1, rule O4
    public static int WriteRequest(Span<byte> destination, in Request request, RequestProbe probe)
    {
        int length = WriteRequest(destination, request) - 2; // what follows takes the place of the end
        if (probe.Delay != 0)
        {
            length = Append(destination, length, ",\"Delay\":"u8);
            length = Append(destination, length, probe.Delay);
        }

        if (probe.Path.IsAsked)
        {
            length = Append(destination, length, ",\"Path\":"u8);
            length = probe.Path.Key == 0
                ? Append(destination, length, "true"u8)
                : Append(destination, length, probe.Path.Key);
        }

        return Append(destination, length, "}\n"u8);
    }

    /// <summary>Writes <c>{"Sum":&lt;int&gt;[,"Id":&lt;int&gt;]}\n</c>.</summary>
    /// <returns>The bytes written.</returns>
    // rule M4, rule M9
    public static int WriteSum(Span<byte> destination, long sum, long? id)
    {
        int length = Append(destination, 0, "{\"Sum\":"u8);
        length = Append(destination, length, sum);
        return End(destination, length, id);
    }

    /// <summary>Writes <c>{"Sum":&lt;int&gt;[,"Id":&lt;int&gt;],"Path":{...}}\n</c>.</summary>
    /// <returns>The bytes written.</returns>
    // rule O4
    public static int WriteSum(Span<byte> destination, long sum, long? id, PathReport path)
    {
        ArgumentNullException.ThrowIfNull(path);
        int length = WriteSum(destination, sum, id) - 2;
        length = Append(destination, length, ",\"Path\":{"u8);
        int first = length;
        foreach ((string name, string? text, long? number) in path.Members)
        {
            if (text is null && number is null)
                continue;
            length = Append(destination, length, length == first ? "\""u8 : ",\""u8);
            length += Encoding.ASCII.GetBytes(name, destination[length..]);
            length = Append(destination, length, "\":"u8);
            length = text is null ? Append(destination, length, number.GetValueOrDefault()) : AppendText(destination, length, text);
        }

        return Append(destination, length, "}}\n"u8);
    }

    /// <summary>Writes <c>{"Error":"..."[,"Message":"..."][,"Id":&lt;int&gt;]}\n</c>. The sentence can be left out.</summary>
    /// <returns>The bytes written.</returns>
    public static int WriteError(Span<byte> destination, in ProtocolError error, bool withMessage = true)
    {
        int length = Append(destination, 0, "{\"Error\":\""u8);
        length += Encoding.ASCII.GetBytes(error.Code.ToWireName(), destination[length..]);
        if (withMessage)
        {
            length = Append(destination, length, "\",\"Message\":\""u8);
            length += Encoding.ASCII.GetBytes(error.Message, destination[length..]);
        }

        length = Append(destination, length, "\""u8);
        return End(destination, length, error.Id);
    }

    private static int End(Span<byte> destination, int length, long? id)
    {
        if (id.HasValue)
        {
            length = Append(destination, length, ",\"Id\":"u8);
            length = Append(destination, length, id.GetValueOrDefault());
        }

        return Append(destination, length, "}\n"u8);
    }

    /// <summary>Addresses, words and names: what would need an escape is replaced.</summary>
    private static int AppendText(Span<byte> destination, int at, string text)
    {
        destination[at++] = (byte)'"';
        foreach (char c in text)
            destination[at++] = c is >= ' ' and < (char)0x7F and not ('"' or '\\') ? (byte)c : (byte)'?';
        destination[at] = (byte)'"';
        return at + 1;
    }

    private static int Append(Span<byte> destination, int at, ReadOnlySpan<byte> text)
    {
        text.CopyTo(destination[at..]);
        return at + text.Length;
    }

    private static int Append(Span<byte> destination, int at, long value) => at + DecimalWriter.Write(destination[at..], value);
}
