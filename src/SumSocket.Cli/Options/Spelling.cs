namespace SumSocket.Cli.Options;

/// <summary>Guesses which known word was meant.</summary>
internal static class Spelling
{
    private const int MaxDistance = 3;

    /// <summary>The known word with the fewest letters to change, at most a third of its own; null when none is near.</summary>
    public static string? Nearest(string word, IEnumerable<string> known) => known
        .Where(candidate => candidate.Length > 2) // every two letters are near each other
        .Select(candidate => (Word: candidate, Distance: Distance(word, candidate)))
        .Where(candidate => candidate.Distance <= Math.Min(MaxDistance, candidate.Word.Length / 3 + 1))
        .OrderBy(candidate => candidate.Distance)
        .Select(candidate => candidate.Word)
        .FirstOrDefault();

    /// <summary>How many letters must be added, removed or replaced (Levenshtein).</summary>
    private static int Distance(string from, string to)
    {
        int[] row = [.. Enumerable.Range(0, to.Length + 1)];
        for (int i = 1; i <= from.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.Length; j++)
            {
                int replaced = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, 1 + Math.Min(row[j], row[j - 1]));
            }
        }

        return row[^1];
    }
}
