using System.Globalization;

namespace SumSocket.Sockets;

/// <summary>A count with its noun, as a message has it: <c>1 request</c>, <c>2 requests</c>. For nouns that take an s.</summary>
internal readonly record struct Counted(long Count, string Singular)
{
    /// <summary>The noun alone, for logs, which keep the number as a number.</summary>
    public static string Noun(long count, string singular) => count == 1 ? singular : singular + "s";

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Count} {Noun(Count, Singular)}");
}
