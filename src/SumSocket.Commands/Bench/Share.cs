using System.Globalization;

namespace SumSocket.Commands.Bench;

/// <summary>Shares in percent for people.</summary>
internal static class Share
{
    /// <summary>To four digits behind the point: <c>0.1%</c>; never 0 or 100 when it is not, since one failure of ten million is one.</summary>
    public static string Text(double percent) => percent switch
    {
        > 0 and < 0.0001 => "<0.0001%",
        > 99.9999 and < 100 => ">99.9999%",
        _ => string.Create(CultureInfo.InvariantCulture, $"{percent:0.####}%"),
    };
}
