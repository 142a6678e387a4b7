using System.Text.RegularExpressions;
using FluentAssertions;
using SumSocket.Server.Tcp.Connection;
using Xunit;

namespace SumSocket.Tests.Server.Tcp.Connection;

/// <summary>Holds the table of close reasons in docs/architecture.md against the code.</summary>
public sealed class CloseReasonTests
{
    [Fact]
    public void The_page_lists_each_reason_with_who_and_phase()
    {
        var row = new Regex(@"^\| (`[a-z_`, ]+`) \| (peer|network|server) \| (\w+) \|", RegexOptions.Multiline);
        IEnumerable<(string, string, string)> documented = row.Matches(File.ReadAllText(Repository.File("docs/architecture.md")))
            .SelectMany(match => match.Groups[1].Value.Split(", ")
                .Select(reason => (reason.Trim('`'), match.Groups[2].Value, match.Groups[3].Value)));

        documented.Should().BeEquivalentTo(Enum.GetValues<CloseReason>().Except([CloseReason.None]).Select(reason =>
        {
            CloseWords words = reason.Words(reason.Phase() ?? ConnectionPhase.Idle);
            return (words.Reason, words.By, reason.Phase() is null ? "any" : words.Phase);
        }));
    }

    [Fact]
    public void Each_cause_on_the_page_names_tests_that_exist()
    {
        string page = File.ReadAllText(Repository.File("docs/architecture.md"));
        string table = page[page.IndexOf("### How causes are distinguished", StringComparison.Ordinal)..];
        List<Match> named = Regex.Matches(table[..table.IndexOf("\n## ", StringComparison.Ordinal)], @"`(\w+Tests)\.(\w+)`").ToList();
        string[] files = Directory.GetFiles(Repository.File("tests"), "*Tests.cs", SearchOption.AllDirectories);

        named.Should().HaveCountGreaterThan(20);
        named.Where(one => !files.Any(file => Path.GetFileNameWithoutExtension(file) == one.Groups[1].Value
            && File.ReadAllText(file).Contains($" {one.Groups[2].Value}(", StringComparison.Ordinal))).Should().BeEmpty();
    }
}
