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

    /// <summary>Reads a rate: a count up to 100,000,000, or a decimal number with up to three digits after the point.</summary>
    public static bool TryParseRate(string text, out double rate)
    {
        if (TryParse(text, out long count))
            rate = count;
        else if (!decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal exact)
            || decimal.Round(exact, 3) != exact)
            rate = -1;
        else
            rate = (double)exact;
        return rate is >= 0 and <= 100_000_000;
    }
}

/// <summary>A count, or null for none. A type of its own, since System.CommandLine cannot return the null of a nullable value.</summary>
internal readonly record struct CountOrNone(long? Value);
