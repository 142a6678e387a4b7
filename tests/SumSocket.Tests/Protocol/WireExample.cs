using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace SumSocket.Tests.Protocol;

/// <summary>One example of docs/protocol.md, in the notation that the page defines.</summary>
/// <param name="Line">Where it stands in the page.</param>
/// <param name="IsDatagram">Whether the block is a datagram's; else it is a stream's.</param>
/// <param name="Sent">The bytes the client sends.</param>
/// <param name="Ends">Whether the client ends its sending side.</param>
/// <param name="FallsSilent">Whether the read deadline passes.</param>
/// <param name="Answers">The answers, without their line feeds.</param>
/// <param name="Closes">Whether the server closes.</param>
internal sealed record WireExample(int Line, bool IsDatagram, byte[] Sent, bool Ends, bool FallsSilent, string Answers, bool Closes)
{
    private static readonly Regex _escape = new(
        @"%(?:(?<hex>[0-9A-F]{2})|\[(?<text>[^*\]]+)\*(?<count>\d+)\])", RegexOptions.CultureInvariant);

    /// <summary>Every example of a page.</summary>
    public static IEnumerable<WireExample> AllOf(string[] page)
    {
        for (int i = 0; i < page.Length; i++)
        {
            if (page[i] is not ("```wire" or "```datagram"))
                continue;
            int end = Array.IndexOf(page, "```", i);
            yield return Parse(i + 1, page[i] == "```datagram", page[(i + 1)..end]);
            i = end;
        }
    }

    private static WireExample Parse(int line, bool isDatagram, string[] rows)
    {
        var example = new WireExample(line, isDatagram, [], false, false, "", false);
        foreach (string row in rows)
        {
            example = row switch
            {
                "> [end]" => example with { Ends = true },
                "> [silence]" => example with { FallsSilent = true },
                "< [close]" => example with { Closes = true },
                "< [nothing]" => example,
                ['>', ' ', .. string bytes] => example with { Sent = [.. example.Sent, .. Bytes(bytes)] },
                ['<', ' ', .. string answer] => example with { Answers = example.Answers + answer + "\n" },
                _ => throw new FormatException($"Line {line}: {row}"),
            };
        }

        return example;
    }

    /// <summary>Characters up to U+00FF stand for their bytes here, the page itself is ASCII where it shows bytes.</summary>
    private static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(_escape.Replace(text, match => match.Groups["hex"].Success
        ? ((char)byte.Parse(match.Groups["hex"].ValueSpan, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)).ToString()
        : string.Concat(Enumerable.Repeat(
            match.Groups["text"].Value, int.Parse(match.Groups["count"].ValueSpan, CultureInfo.InvariantCulture)))));
}
