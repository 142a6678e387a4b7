using System.Text.RegularExpressions;
using System.Xml.Linq;
using FluentAssertions;
using Xunit;

namespace SumSocket.Tests;

/// <summary>Holds the rooms apart: who may refer to whom, and how long a file and a line may grow.</summary>
public sealed class ArchitectureTests
{
    private static readonly Dictionary<string, string[]> _allowed = new()
    {
        ["SumSocket.Protocol"] = [],
        ["SumSocket.Sockets"] = [],
        ["SumSocket.Server"] = ["SumSocket.Protocol", "SumSocket.Sockets"],
        ["SumSocket.Client"] = ["SumSocket.Protocol", "SumSocket.Sockets"],
        ["SumSocket.Measurement"] = ["SumSocket.Client"],
        ["SumSocket.Cli"] = ["SumSocket.Sockets"],
        ["SumSocket.Reports"] = ["SumSocket.Cli", "SumSocket.Measurement"],
        ["SumSocket.Capture"] = ["SumSocket.Cli", "SumSocket.Sockets"],
        ["SumSocket.Commands"] = ["SumSocket.Capture", "SumSocket.Cli", "SumSocket.Client", "SumSocket.Measurement", "SumSocket.Reports"],
        ["TcpServer"] = ["SumSocket.Capture", "SumSocket.Cli", "SumSocket.Server"],
        ["UdpServer"] = ["SumSocket.Capture", "SumSocket.Cli", "SumSocket.Server"],
        ["TcpClient"] = ["SumSocket.Cli", "SumSocket.Client", "SumSocket.Commands", "SumSocket.Server"],
        ["UdpClient"] = ["SumSocket.Cli", "SumSocket.Client", "SumSocket.Commands", "SumSocket.Server"],
    };

    [Fact]
    public void Projects_refer_to_exactly_what_the_house_allows()
    {
        var found = Directory.EnumerateFiles(Repository.File("src"), "*.csproj", SearchOption.AllDirectories).ToDictionary(
            path => Path.GetFileNameWithoutExtension(path),
            path => XDocument.Load(path).Descendants("ProjectReference")
                .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value))
                .Order(StringComparer.Ordinal).ToArray());
        found.Should().BeEquivalentTo(_allowed);
    }

    [Theory]
    [InlineData("SumSocket.Server")]
    [InlineData("SumSocket.Client")]
    public void TCP_and_UDP_never_see_each_other(string project)
    {
        foreach ((string own, string other) in ((string, string)[])[("Tcp", "Udp"), ("Udp", "Tcp")])
        {
            var mention = new Regex($@"\b{Regex.Escape(project)}\.{other}\b|(?<![\w.]){other}\.\w");
            Repository.SourceFiles(Path.Combine("src", project, own))
                .Where(path => File.ReadLines(path).Any(mention.IsMatch)).Should()
                    .BeEmpty($"{own} and {other} share nothing but their parents");
        }
    }

    [Theory]
    [InlineData("src")]
    [InlineData("tests")]
    public void No_file_is_longer_than_300_lines(string folder)
    {
        List<string> files = [.. Repository.SourceFiles(folder)];
        files.Should().NotBeEmpty();
        files.Where(path => File.ReadLines(path).Count() > 300).Should().BeEmpty();
    }

    [Theory]
    [InlineData("src")]
    [InlineData("tests")]
    public void No_line_is_wider_than_140_columns(string folder)
    {
        List<string> files = [.. Repository.SourceFiles(folder)];
        files.Should().NotBeEmpty();
        files.SelectMany(path => File.ReadLines(path).Select((line, index) => (line.Length, Place: $"{path}:{index + 1}")))
            .Where(line => line.Length > 140).Select(line => line.Place).Should().BeEmpty();
    }

    [Fact]
    public void Code_and_pages_use_plain_words()
    {
        string[] banned =
        [
            "how-manieth", "whoever", "whomever", "somebody", "nobody", "anybody", "everybody", "askers?", "tellers?", "thereof", "wherein",
            "is to be", "are to be", "the gate", "tells of", "in its stead", "by the hand of", "farewells?",
            "questions?", "judges?", "(?<!not )judged", "judging", "was told", "is told", "are told", "tells it", "who asks?",
        ];
        Regex words = new($@"\b(?:{string.Join('|', banned)})\b", RegexOptions.IgnoreCase);
        foreach (string file in Repository.SourceFiles("src").Concat(Directory.GetFiles(Repository.File("docs"), "*.md")))
            words.Matches(File.ReadAllText(file)).Select(match => match.Value).Should().BeEmpty(file);
    }

    [Fact]
    public void Every_link_of_a_page_leads_to_a_file()
    {
        var link = new Regex(@"\]\((?!https?:|#)([^)#]+)");
        foreach (string page in (string[])[Repository.File("README.md"), .. Directory.GetFiles(Repository.File("docs"), "*.md")])
        {
            link.Matches(File.ReadAllText(page)).Select(match => Path.Combine(Path.GetDirectoryName(page)!, match.Groups[1].Value))
                .Where(path => !File.Exists(path) && !Directory.Exists(path)).Should().BeEmpty(page);
        }
    }

    [Fact]
    public void Every_anchor_of_a_link_is_a_heading()
    {
        var link = new Regex(@"\]\((?!https?:)([^)#]*\.md)?#([^)]+)\)");
        foreach (string page in Directory.GetFiles(Repository.File(), "*.md").Concat(Directory.GetFiles(Repository.File("docs"), "*.md")))
        {
            string folder = Path.GetDirectoryName(page)!;
            link.Matches(File.ReadAllText(page)).Where(match =>
            {
                string target = match.Groups[1].Length > 0 ? Path.Combine(folder, match.Groups[1].Value) : page;
                return !Anchors(target).Contains(match.Groups[2].Value);
            }).Select(match => match.Value).Should().BeEmpty(page);
        }

        static IEnumerable<string> Anchors(string page) => File.ReadLines(page).Where(line => line.StartsWith('#'))
            .Select(line => Regex.Replace(line.TrimStart('#').Trim().ToLowerInvariant(), @"[^\w\- ]", "").Replace(' ', '-'));
    }

    [Fact]
    public void Log_event_ids_are_unique_over_the_solution()
    {
        var id = new Regex(@"\[LoggerMessage\((\d+),");
        List<int> ids =
            [.. Repository.SourceFiles("src").SelectMany(path => id.Matches(File.ReadAllText(path)))
                .Select(match => int.Parse(match.Groups[1].Value))];
        ids.Should().HaveCountGreaterThan(20).And.OnlyHaveUniqueItems();
    }
}
