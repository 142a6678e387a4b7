namespace SumSocket.Apps;

/// <summary>A lifetime as the command line writes it: a duration, and perhaps by how much each connection's own may differ:
/// <c>1h</c>, <c>1h+-10%</c>, <c>none</c>.</summary>
/// <param name="Value">The duration.</param>
/// <param name="Jitter">The share, 0 to 0.9.</param>
internal readonly record struct Lifetime(Duration Value, double Jitter)
{
    private const string PlusMinus = "+-";
    private const int MostPercent = 90;

    public static bool TryParse(string text, out Lifetime lifetime)
    {
        lifetime = default;
        string[] parts = text.Split(PlusMinus);
        double percent = 0;
        if (parts.Length > 2 || !Duration.TryParse(parts[0], out Duration value)
            || (parts.Length == 2 && !TryReadPercent(parts[1], out percent)))
            return false;
        lifetime = new Lifetime(value, percent / 100);
        return parts.Length == 1 || !value.IsNone;
    }

    public override string ToString() =>
        Jitter == 0 ? Value.ToString() : string.Create(CultureInfo.InvariantCulture, $"{Value}{PlusMinus}{100 * Jitter:0.###}%");

    private static bool TryReadPercent(string text, out double percent)
    {
        percent = 0;
        return text.EndsWith('%')
            && double.TryParse(text.AsSpan(..^1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out percent)
            && percent <= MostPercent;
    }
}
