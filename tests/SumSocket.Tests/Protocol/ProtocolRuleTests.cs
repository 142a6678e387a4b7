using System.Text.RegularExpressions;
using FluentAssertions;
using Xunit;

namespace SumSocket.Tests.Protocol;

/// <summary>Holds docs/protocol.md, the code and the tests together: each rule is cited as <c>rule</c> and its number by both.</summary>
public sealed class ProtocolRuleTests
{
    private static readonly HashSet<string> _rules = Numbers(@"^\*\*([METU]\d+)\.", [Repository.File("docs", "protocol.md")]);

    [Theory]
    [InlineData("src")]
    [InlineData("tests")]
    public void Every_rule_of_the_page_is_cited(string folder)
    {
        _rules.Should().HaveCountGreaterThan(30);
        Numbers(@"\brule ([METU]\d+)\b", Repository.SourceFiles(folder)).Should().BeEquivalentTo(_rules);
    }

    [Fact]
    public void Rules_are_numbered_without_gaps()
    {
        foreach (IGrouping<char, int> section in _rules.GroupBy(rule => rule[0], rule => int.Parse(rule[1..])))
            section.Order().Should().Equal(Enumerable.Range(1, section.Count()), $"section {section.Key} has no gaps");
    }

    private static HashSet<string> Numbers(string pattern, IEnumerable<string> files) =>
        [.. files.SelectMany(file => Regex.Matches(File.ReadAllText(file), pattern, RegexOptions.Multiline))
            .Select(match => match.Groups[1].Value)];
}
