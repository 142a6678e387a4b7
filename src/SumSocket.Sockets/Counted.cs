using System.Globalization;

namespace SumSocket.Sockets;

/// <summary>A count with its noun, as a message has it: <c>1 request</c>, <c>2 requests</c>. For nouns that take an s.</summary>
internal readonly record struct Counted(long Count, string Noun)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Count} {Noun}{(Count == 1 ? "" : "s")}");
}
