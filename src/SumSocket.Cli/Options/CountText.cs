namespace SumSocket.Cli.Options;

/// <summary>Counts as the command lines write them: <c>500</c>, <c>10k</c>, <c>2m</c> (thousands and millions, decimal).</summary>
internal static class CountText
{
    /// <summary>Reads a count from 0 up; false for anything else, such as signs, fractions and counts over 2^63-1.</summary>
    public static bool TryParse(string text, out long count)
    {
        long factor = text.Length == 0 ? 1 : text[^1] switch
        {
            'k' or 'K' => 1_000,
            'm' or 'M' => 1_000_000,
            _ => 1,
        };
        ReadOnlySpan<char> digits = factor == 1 ? text : text.AsSpan(0, text.Length - 1);
        if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out count) || count > long.MaxValue / factor)
        {
            count = 0;
            return false;
        }

        count *= factor;
        return true;
    }
}

/// <summary>A count, or null for none. A type of its own, since System.CommandLine cannot return the null of a nullable value.</summary>
internal readonly record struct CountOrNone(long? Value);
