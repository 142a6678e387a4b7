using System.Globalization;
using System.Text;
using System.Xml.Linq;

namespace SumSocket.SystemTests.Lab;

/// <summary>What is made for the text of a lesson out of its run: rows of its page, and the claims with what was measured.</summary>
internal static class LessonText
{
    private const string Begin = "<!-- made by docs/lab/run -->\n", End = "<!-- end -->\n";
    private const int Width = 100;

    /// <summary>Puts it into the text of the lesson.</summary>
    public static void Renew(Lesson lesson, string page, IEnumerable<(string Claim, string Measured)> claims)
    {
        string file = Path.Combine(Lesson.Folder, lesson.Name + ".md");
        string text = File.ReadAllText(file);
        (int begin, int end) = (text.IndexOf(Begin, StringComparison.Ordinal), text.IndexOf(End, StringComparison.Ordinal));
        (begin > 0 && end > begin).Should().BeTrue("{0} has a place for it", file);
        StringBuilder made = new();
        foreach ((string word, string line) in lesson.Steps)
            made.Append("    ").Append(Step(word, line, lesson)).Append('\n');
        made.Append(CultureInfo.InvariantCulture, $"\nFrom [its page]({lesson.Name}.html):\n\n");
        foreach (string row in Rows(page, lesson))
            made.Append(row.Length == 0 ? "" : "    ").Append(row).Append('\n');
        made.Append("\nHeld by CI, with what was measured in this run:\n\n");
        foreach ((string claim, string measured) in claims)
        {
            string added = claim.EndsWith(measured, StringComparison.Ordinal) ? "" : $": {measured}";
            made.Append(CultureInfo.InvariantCulture, $"- `{claim}`{added}\n");
        }

        made.Append('\n');
        File.WriteAllText(file, text[..(begin + Begin.Length)] + "\n" + made + text[end..]);
    }

    /// <summary>A step as a person would do it.</summary>
    private static string Step(string word, string line, Lesson lesson)
    {
        string[] parts = line.Split(' ', 2);
        string text = word switch
        {
            "server" or "client" => $"{word}$ {line}",
            "on" => $"{parts[0]}$ {parts[1]}",
            "await" => parts.Length == 1 ? $"# when the {parts[0]} has ended:" : $"# when the {parts[0]} has said '{parts[1]}':",
            "wait" => $"# {line} s later:",
            _ => "# when the server has stopped:",
        };
        return text.Replace("{page}", lesson.Name + ".html").Replace("{lab}", "docs/lab");
    }

    /// <summary>The rows of a page as text; without a choice all of them, up to some forty of each connection.</summary>
    private static IEnumerable<string> Rows(string page, Lesson lesson)
    {
        XDocument document = XDocument.Parse(File.ReadAllText(page)["<!DOCTYPE html>".Length..]);
        List<XElement> connections = [.. document.Descendants().Where(element => element.Name.LocalName == "section")];
        List<(int Connection, int First, int Last)> parts = lesson.Shown.Count > 0 ? lesson.Shown
            : [.. connections.Select((_, index) => (index + 1, 1, lesson.ShowsOdd ? int.MaxValue : 40))];
        int before = 0;
        foreach ((int connection, int first, int last) in parts)
        {
            List<XElement> rows = [.. connections[connection - 1].Descendants().Where(element => element.Name.LocalName == "li")];
            if (before != connection && connections.Count > 1)
            {
                if (before > 0)
                    yield return "";
                yield return $"connection {connection}:";
            }

            if (first > 1)
                yield return "...";
            int left = 30;
            foreach (XElement row in rows.Take(last).Skip(first - 1))
            {
                if (lesson.ShowsOdd && (!((string)row.Attribute("class")!).Contains("odd") || left-- <= 0))
                    continue;
                foreach (string line in Lines(row, Time(rows[0])))
                    yield return line;
            }

            before = connection;
        }
    }

    private static IEnumerable<string> Lines(XElement row, double begin)
    {
        string css = (string)row.Attribute("class")!;
        string time = string.Create(CultureInfo.InvariantCulture, $"{(Time(row) - begin) * 1000,9:0.00} ms ");
        if (css == "fold")
            return Wrapped($"{time} ...     {Text(row, "p")}");
        if (css.StartsWith("program", StringComparison.Ordinal))
        {
            string state = Text(row, "b");
            string words = string.Concat(row.Elements().Last().Nodes().OfType<XText>().Select(node => node.Value));
            return Wrapped($"{time} {(css == "program" ? "client: " : "server: ")}{words}{(state.Length > 0 ? $" [{state}]" : "")}");
        }

        string look = Text(row, "code");
        int flags = look.IndexOf(" seq ", StringComparison.Ordinal);
        string kind = flags < 0 ? look : $"{look[..flags]}{Length(look)}";
        return Wrapped($"{time} {(css.StartsWith("out", StringComparison.Ordinal) ? "----->  " : "<-----  ")}{kind,-14} {Text(row, "p")}");
    }

    private static string Length(string look) =>
        look.Split(' ').SkipWhile(word => word != "length").Skip(1).FirstOrDefault() is { } length ? $" {length}" : "";

    private static string Text(XElement row, string name) =>
        row.Descendants().FirstOrDefault(element => element.Name.LocalName == name)?.Value ?? "";

    private static double Time(XElement row) => double.Parse(Text(row, "time"), CultureInfo.InvariantCulture);

    private static IEnumerable<string> Wrapped(string line)
    {
        string indent = "";
        while (indent.Length + line.Length > Width && line.LastIndexOf(' ', Width - indent.Length) is > 0 and var cut)
        {
            yield return indent + line[..cut];
            (indent, line) = (new string(' ', 36), line[(cut + 1)..]);
        }

        yield return indent + line;
    }
}
