namespace SumSocket.Commands;

/// <summary>Counts in texts for people.</summary>
internal static class Plural
{
    /// <summary><c>1 error</c>, <c>2 errors</c>: for nouns that take an s.</summary>
    public static string Of(long count, string noun) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {noun}{(count == 1 ? "" : "s")}");
}
