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
}
