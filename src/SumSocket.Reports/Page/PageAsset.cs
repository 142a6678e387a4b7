using System.Security.Cryptography;
using System.Text;
using SumSocket.Measurement.Bench;

namespace SumSocket.Reports.Page;

/// <summary>A file beside the code that becomes part of the page.</summary>
internal sealed class PageAsset
{
    private PageAsset(string name, string? more = null)
    {
        using Stream stream = typeof(PageAsset).Assembly.GetManifestResourceStream(name)!;
        using StreamReader reader = new(stream, Encoding.UTF8);
        Content = reader.ReadToEnd() + more;
        Hash = $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Content)))}'";
    }

    /// <summary>How the page looks.</summary>
    public static PageAsset Style { get; } = new("report.css", OutcomeColors());

    /// <summary>What happens under the pointer.</summary>
    public static PageAsset Script { get; } = new("report.js");

    /// <summary>What it holds.</summary>
    public string Content { get; }

    /// <summary>Names exactly this content in a content security policy.</summary>
    public string Hash { get; }

    private static string OutcomeColors() => $$"""
        {{Rules(one => one.Color)}}
        @media screen and (prefers-color-scheme: dark) { {{Rules(one => one.DarkColor)}} }

        """;

    private static string Rules(Func<OutcomeClass, string> color) =>
        string.Join(' ', OutcomeClass.Failures.Select(one => $".{one.Css} {{ color: {color(one)}; }}"));
}
