using FluentAssertions;
using SumSocket.Commands.Bench;
using SumSocket.Measurement.Bench;
using Xunit;

namespace SumSocket.Tests.Commands.Bench;

/// <summary>The result as a page of text for people.</summary>
public class BenchTextTests : BenchReportTest
{
    [Fact]
    public void Long_times_widen_their_column_of_the_table_in_every_row()
    {
        BenchResult result = Result(0);
        result = result with { Uncorrected = result.Uncorrected with { Max = TimeSpan.FromMilliseconds(1_131_002.12) } };

        string text = Render(output => new BenchText(output, Options(0), Setting), result);

        string[] rows = [.. text.Split('\n').SkipWhile(line => !line.StartsWith("latency, ms", StringComparison.Ordinal)).Take(2)];
        rows[0].Should().EndWith("   p99.9       max  stddev");
        rows[1].Should().EndWith("     n/a 1131002.1   0.507");
    }

    [Theory]
    [InlineData(999.999, " 999.999   0.507")]
    [InlineData(1_000, "  1000.0   0.507")]
    [InlineData(30_009.123, " 30009.1   0.507")]
    public void Times_of_a_time_out_fit_into_a_terminal_of_80_columns(double longest, string end)
    {
        BenchResult result = Result(0);
        result = result with { Uncorrected = result.Uncorrected with { Max = TimeSpan.FromMilliseconds(longest) } };

        string text = Render(output => new BenchText(output, Options(0), Setting), result);

        text.Split('\n').Should().ContainSingle(line => line.StartsWith("from sent    ", StringComparison.Ordinal)).Which.Should()
            .EndWith(end);
    }

    [Fact]
    public void What_is_long_goes_on_in_further_lines_or_is_counted()
    {
        BenchResult result = Result(0);
        result = result with
        {
            OutageCount = 123,
            Outages = [.. Enumerable.Repeat(result.Outages[0] with { Connections = 2, Lost = 1 }, 100)],
            Path = [.. Enumerable.Range(0, 6).Select(i => new Spread($"figure_number_{i}", 100, 2_000, 30_000, 0))],
        };

        string text = Render(output => new BenchText(output, Options(0), Setting), result);

        text.Should().Contain(
            """
            path         min/median/max of figure_number_0 100/2000/30000,
                         figure_number_1 100/2000/30000, figure_number_2 100/2000/30000,
                         figure_number_3 100/2000/30000, figure_number_4 100/2000/30000,
                         figure_number_5 100/2000/30000
            outages      123

            """);
        text.Split('\n').Count(line => line.EndsWith(", 2 connections, 1 request lost", StringComparison.Ordinal)).Should().Be(10);
        text.Should().Contain("\n             and 113 more\n");
    }

    [Fact]
    public void It_says_how_many_connections_there_are_where_some_are_missing_and_what_the_server_broke()
    {
        BenchResult result = Result(0) with
        {
            ConnectionsOpened = 14_976,
            NotOpened = [KeyValuePair.Create("connection refused", 5_000L), KeyValuePair.Create("no answer in time", 24L)],
            Violations = 7,
        };
        result = result with { Options = result.Options with { Connections = 20_000 } };

        Render(output => new BenchText(output, result.Options, Setting), result).Should().Contain(
            """
            opened       14976 of 20000, not opened: 5000 connection refused,
                         24 no answer in time
            violations   7 connections lost since the server broke the protocol

            """.TrimEnd('\n'));
        BenchCommand.ToExitCode(result with { Totals = new BenchCounts { Ok = 1 }, Thresholds = [] }).Should().Be(1);
        BenchCommand.ToExitCode(result with { Totals = new BenchCounts { Ok = 1 }, Thresholds = [], ConnectionsOpened = 20_000 })
            .Should().Be(1, "of the violations");
        BenchCommand.ToExitCode(
            result with { Totals = new BenchCounts { Ok = 1 }, Thresholds = [], ConnectionsOpened = 20_000, Violations = 0 })
            .Should().Be(0);
    }

    [Fact]
    public void A_server_that_was_never_reached_is_all_failed()
    {
        BenchResult result = Result(0) with { End = BenchEnd.Unreachable, Totals = new BenchCounts() };

        result.ErrorPercent.Should().Be(100);
        Render(output => new BenchText(output, Options(0), Setting), result).Should()
            .EndWith("\nfailed       100%: the server was never reached\n");
    }

    [Fact]
    public void Interrupted_in_the_warm_up_it_says_so() => Render(
        output => new BenchText(output, Options(0), Setting), Result(0) with { End = BenchEnd.Interrupted, Duration = TimeSpan.Zero })
        .Should().Contain("\ninterrupted  before the measured time began\n");

    [Fact]
    public void For_people_it_is_a_page()
    {
        const string Outage = "connection closed by peer, first answer after 0.200 s, over after 0.300 s, 1 connection, 2 requests lost";
        string text = Render(output => new BenchText(output, Options(1_000), Setting), Result(1_000));

        text.Should().Be(
            $"""
            BENCH localhost:5656 (tcp): 50 connections x 1, 1000/s on schedule, 10s after 1s of warm-up

            throughput   19.0 sums/s over 2.000 s
            requests     40 planned = 38 ok + 2 failed (5%); 38 sent, 0 of them late
            failed       2 refused
            latency, ms       min    mean     p50   p99.9     max  stddev
            from due        1.000   1.500   1.000     n/a   2.000   0.507
            from sent       1.000   1.500   1.000     n/a   2.000   0.507
            own lag         1.000   1.500   1.000     n/a   2.000   0.507
                         n/a: 38 are too few to say
            connections  51 made, 1 lost, 3 attempts failed
            path         min/median/max of rtt_us 90/100/210
            outages      1
                         at 0.500 s: {Outage}
            threshold    ✓ p99<10ms (1.500 ms)
            threshold    ✗ errors<1% (5%)
            threshold    ✗ p99.9<1s (not judged: it takes 1000 samples, and there are 38)

            """);
    }
}
