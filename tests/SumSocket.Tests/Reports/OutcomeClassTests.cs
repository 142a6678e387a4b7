using System.Runtime.CompilerServices;
using System.Text.Json;
using FluentAssertions;
using SumSocket.Measurement.Bench;
using Xunit;

namespace SumSocket.Tests.Reports;

/// <summary>A new outcome is one line of the enum and one row of the table; these say where else it must be described.</summary>
public class OutcomeClassTests
{
    private static readonly string[] _keys = [.. OutcomeClass.All.Select(one => one.Key)];

    [Fact]
    public void Each_outcome_has_one_row_in_the_order_of_the_enum()
    {
        OutcomeClass.All.Select(one => one.Outcome).Should().Equal(Enum.GetValues<BenchOutcome>());
        _keys.Should().OnlyHaveUniqueItems();
        OutcomeClass.Failures.Should().OnlyContain(one => one.Color.Length == 7 && one.DarkColor.Length == 7);
        OutcomeClass.Failures.Select(one => one.Name).Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public void Counts_hold_each_outcome()
    {
        foreach (BenchOutcome outcome in Enum.GetValues<BenchOutcome>())
        {
            BenchCounts counts = new BenchCounts { [outcome] = 2, Sent = 2 } with { Late = 1 };

            (counts[outcome], counts.Planned, counts.Plus(counts)[outcome]).Should().Be((2, 2, 4));
            (counts.Failed == 0).Should().Be(outcome == BenchOutcome.Ok);
        }
    }

    [Theory]
    [InlineData("counts")]
    [InlineData("interval")]
    public void The_schema_lists_exactly_the_rows(string definition)
    {
        JsonElement schema = JsonDocument.Parse(File.ReadAllText(Docs("bench.schema.json"))).RootElement
            .GetProperty("$defs").GetProperty(definition);
        string[] names = [.. schema.GetProperty("properties").EnumerateObject().Select(one => one.Name)];

        names.SkipWhile(name => name != "ok").TakeWhile(name => name != "count").Should().Equal(_keys);
        schema.GetProperty("required").EnumerateArray().Select(one => one.GetString()).Should().Contain(_keys);
    }

    [Fact]
    public void The_page_on_measuring_describes_exactly_the_rows() => File.ReadLines(Docs("measuring.md"))
        .SkipWhile(line => !line.StartsWith("| class |", StringComparison.Ordinal)).Skip(2)
        .TakeWhile(line => line.StartsWith('|')).Select(line => line.Split('`')[1]).Should().Equal(_keys);

    private static string Docs(string name, [CallerFilePath] string path = "") =>
        Path.Combine(Path.GetDirectoryName(path)!, "..", "..", "..", "docs", name);
}
