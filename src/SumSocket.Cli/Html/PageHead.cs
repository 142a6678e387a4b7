using System.Security.Cryptography;
using System.Text;

namespace SumSocket.Cli.Html;

/// <summary>The head of a page that needs no network and no other file.</summary>
/// <param name="style">Its style sheet.</param>
/// <param name="script">Its script; null for none.</param>
internal sealed class PageHead(string style, string? script = null)
{
    // Nothing is loaded, and only the script of the page runs, whatever a name in a file contains: a second wall behind the escaping.
    private readonly string _policy =
        $"default-src 'none'; img-src data:; style-src {Hash(style)}; script-src {(script is null ? "'none'" : Hash(script))}; "
        + "base-uri 'none'; form-action 'none'";

    public void Write(HtmlWriter page, string title)
    {
        using (page.Open("head"))
        {
            page.Empty("meta", ("charset", "utf-8"));
            page.Empty("meta", ("http-equiv", "Content-Security-Policy"), ("content", _policy));
            page.Empty("meta", ("name", "viewport"), ("content", "width=device-width, initial-scale=1"));
            page.Empty("meta", ("name", "color-scheme"), ("content", "light dark"));
            page.Empty("link", ("rel", "icon"), ("href", "data:,"));
            page.Element("title", title);
            page.Own($"<style>{style}</style>");
        }
    }

    /// <summary>Names exactly this content in a content security policy.</summary>
    private static string Hash(string content) => $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(content)))}'";
}
