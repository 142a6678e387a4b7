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

    /// <summary>Writes <c>{"Sum":&lt;int&gt;[,"Id":&lt;int&gt;]}\n</c>.</summary>
    /// <returns>The bytes written.</returns>
    // rule M4, rule M9
    public static int WriteSum(Span<byte> destination, long sum, long? id)
    {
        int length = Append(destination, 0, "{\"Sum\":"u8);
        length = Append(destination, length, sum);
        return End(destination, length, id);
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

    private static int Append(Span<byte> destination, int at, ReadOnlySpan<byte> text)
    {
        text.CopyTo(destination[at..]);
        return at + text.Length;
    }

    private static int Append(Span<byte> destination, int at, long value) => at + DecimalWriter.Write(destination[at..], value);
}
