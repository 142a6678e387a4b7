using System.Globalization;

namespace SumSocket.Reports.Json;

/// <summary>Percentiles as the command line writes them: <c>50,90,99,99.9</c>.</summary>
/// <param name="Values">Each 0 to 100.</param>
internal sealed record PercentileList(IReadOnlyList<double> Values)
{
    /// <summary>Reads a list of at least one.</summary>
    public static bool TryParse(string text, out PercentileList list)
    {
        List<double> values = [];
        foreach (string part in text.Split(','))
        {
            if (TryReadOne(part, out double value) && !values.Contains(value))
                values.Add(value);
            else
                values.Add(double.NaN);
        }

        list = new PercentileList(values);
        return !values.Exists(double.IsNaN);
    }

    /// <summary>Reads one, of at most six digits behind the point. What it reads whatever the style, NaN and Infinity, is in no range.</summary>
    public static bool TryReadOne(string text, out double value) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value)
            && value is >= 0 and <= 100 && Math.Round(value, 6) == value;

    /// <inheritdoc/>
    public override string ToString() => string.Join(',', Values.Select(value => value.ToString(CultureInfo.InvariantCulture)));
}
