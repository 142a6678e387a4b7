using FluentAssertions;
using SumSocket.Commands.Report;
using SumSocket.Measurement.Bench;
using SumSocket.Measurement.Statistics;
using SumSocket.Reports;
using SumSocket.Reports.Comparing;
using SumSocket.Reports.Page;
using Xunit;

namespace SumSocket.Tests.Reports;

/// <summary>What may be said of one bench against another.</summary>
public class BenchComparisonTests
{
    private static readonly double[] _steady = [100, 101, 99, 100, 102, 98];
    private static readonly double[] _restless = [60, 140, 80, 130, 95, 110];

    [Theory]
    [InlineData(1.2, true, "Better")]
    [InlineData(0.8, true, "Worse")]
    [InlineData(1.04, true, "NoDifference")] // two runs of the same thing differ by as much
    [InlineData(1.15, false, "NoDifference")] // and so do the intervals of either
    [InlineData(3, false, "Better")]
    public void Throughput_without_a_rate_is_better_or_worse_beyond_what_the_intervals_differ_by(
        double factor, bool isSteady, string expected)
    {
        double[] before = isSteady ? _steady : _restless;

        Of("throughput", Bench(before), Bench(Times(before, factor))).Verdict.ToString().Should().Be(expected);
        Of("throughput", Bench(Times(before, factor)), Bench(before)).Verdict.ToString().Should().Be(
            expected switch { "Better" => "Worse", "Worse" => "Better", _ => expected });
    }

    [Fact]
    public void Throughput_at_a_given_rate_is_that_rate()
    {
        Difference difference = Of("throughput", Bench(_steady, rate: 100), Bench(Times(_steady, 2), rate: 200));

        difference.Should().Be(new Difference("+100\u00A0%", Verdict.NotJudged, "the rate was given"));
        difference.Words.Should().Be("not judged: the rate was given");
    }

    [Fact]
    public void Twice_as_fast_with_a_quarter_of_errors_is_not_better()
    {
        foreach (double rate in (double[])[0, 2_000])
        {
            BenchResult good = Bench(Times(_steady, 20), rate);
            BenchResult bad = Bench(Times(_steady, 40), 2 * rate, failedShare: 0.259, microseconds: 50);
            ReportedRun[] runs = Runs(good, bad);

            IReadOnlyList<MainFigure> figures = MainFigure.For(runs);
            figures[0].Name.Should().Be("errors");
            BenchComparison comparison = new(good, bad);
            comparison.ErrorsDiffer.Should().BeTrue();
            comparison.Of(figures[0]).Verdict.Should().Be(Verdict.Worse);
            figures.Select(figure => comparison.Of(figure).Verdict).Should().NotContain(Verdict.Better);
            MainFigures.Notes(runs).First().Should().StartWith("Errors differ: look at them first.");
        }
    }

    [Theory]
    [InlineData(0, 0, "NoDifference", false)]
    [InlineData(0, 1, "NoDifference", false)] // of 600,000 may be chance
    [InlineData(0, 30, "Worse", false)]       // that is none, and yet too few to make all else another thing
    [InlineData(1_000, 1_010, "NoDifference", false)]
    [InlineData(2_000, 1_000, "Better", true)]
    [InlineData(0, 150_000, "Worse", true)]
    public void Errors_are_compared_as_shares(long failed, long otherFailed, string expected, bool differ)
    {
        BenchResult one = Bench(Times(_steady, 1_000)), other = one;
        one = one with { Totals = new BenchCounts { Ok = 600_000 - failed, Reset = failed } };
        other = other with { Totals = new BenchCounts { Ok = 600_000 - otherFailed, Reset = otherFailed } };

        Of("errors", one, other).Verdict.ToString().Should().Be(expected);
        new BenchComparison(one, other).ErrorsDiffer.Should().Be(differ);
    }

    [Theory]
    [InlineData(0, 0, 50, 50, "Worse")]
    [InlineData(500, 500, 50, 50, "Worse")]
    [InlineData(500, 1_000, 50, 50, "NotJudged")]
    [InlineData(0, 500, 50, 50, "NotJudged")]
    [InlineData(0, 0, 50, 100, "NotJudged")] // as many more are under way
    [InlineData(500, 500, 50, 100, "Worse")]
    public void Times_are_compared_under_the_same_load(
        double rate, double otherRate, int connections, int otherConnections, string expected)
    {
        BenchResult one = Bench(_steady, rate), other = Bench(_steady, otherRate, microseconds: 2_000);
        one = one with { Options = one.Options with { Connections = connections } };
        other = other with { Options = other.Options with { Connections = otherConnections } };

        Of("p50", one, other).Verdict.ToString().Should().Be(expected);
    }

    [Fact]
    public void Times_of_longer_intervals_are_another_thing()
    {
        BenchResult one = Bench(_steady), other = Bench(_steady, microseconds: 2_000);
        other = other with { Options = other.Options with { Interval = 2 * one.Options.Interval } };

        Of("p50", one, other).Should().Be(new Difference("+100\u00A0%", Verdict.NotJudged, "other intervals"));
    }

    [Fact]
    public void The_load_is_of_the_connections_that_were_made()
    {
        BenchResult one = Bench(_steady), other = Bench(_steady, microseconds: 500);

        Of("p50", one, other with { ConnectionsOpened = 20 }).Why.Should().Be("another load");
        Of("p50", one, other with { ConnectionsOpened = one.Options.Connections }).Verdict.Should().Be(Verdict.Better);
    }

    [Fact]
    public void A_run_that_was_stopped_before_its_time_is_no_better()
    {
        BenchResult failing = Bench(Times(_steady, 20), failedShare: 0.259);
        BenchResult stopped = failing with { Totals = new BenchCounts(), End = BenchEnd.Interrupted };

        Of("errors", failing, stopped).Why.Should().Be("nothing was measured");
        new BenchComparison(failing, stopped).ErrorsDiffer.Should().BeFalse();
        Of("errors", Bench(_steady), SampleBench.Unreachable().Result).Verdict.Should().Be(Verdict.Worse);
    }

    [Theory]
    [InlineData(5, 0, 3, "NoDifference")] // may be chance: Fisher's exact test gives 0.17
    [InlineData(50, 0, 30, "Worse")]
    public void Of_a_handful_of_requests_chance_decides(long requests, long failed, long otherFailed, string expected)
    {
        BenchResult one = Bench(_steady) with { Totals = new BenchCounts { Ok = requests - failed, Reset = failed } };
        BenchResult other = one with { Totals = new BenchCounts { Ok = requests - otherFailed, Reset = otherFailed } };

        Of("errors", one, other).Verdict.ToString().Should().Be(expected);
    }

    [Fact]
    public void Intervals_without_times_are_not_few()
    {
        BenchResult one = Bench(_steady);
        one = one with { Series = [.. one.Series.Select(interval => interval with { Percentiles = [] })] };

        Of("p50", one, one).Why.Should().Be("intervals do not have it");
    }

    [Fact]
    public void What_a_few_intervals_show_is_not_judged()
    {
        double[] few = [100, 101, 99];

        Of("throughput", Bench(few), Bench(Times(few, 2))).Should().Be(
            new Difference("+100\u00A0%", Verdict.NotJudged, "too few intervals"));
    }

    [Fact]
    public void The_rest_of_an_interval_and_what_ended_after_the_measured_time_do_not_count()
    {
        BenchResult one = Bench([100, 101, 99]);
        BenchInterval last = one.Series[^1];
        BenchInterval rest = last with { Start = last.End, End = last.End + TimeSpan.FromSeconds(0.3) };
        BenchInterval after = rest with { Start = rest.End, End = rest.End + TimeSpan.FromSeconds(2) };
        one = one with { Series = [.. one.Series, rest, after], Duration = rest.End };

        Of("throughput", one, one with { Throughput = 1 }).Why.Should().Be("too few intervals");
    }

    [Theory]
    [InlineData(0, 0, "NoDifference")]
    [InlineData(0, 1, "Worse")]
    [InlineData(3, 1, "Better")]
    public void Outages_are_counted(long outages, long otherOutages, string expected) => Of(
        "outages", Bench(_steady) with { OutageCount = outages }, Bench(_steady) with { OutageCount = otherOutages })
        .Verdict.ToString().Should().Be(expected);

    [Fact]
    public void Another_server_is_no_alarm()
    {
        ReportedRun[] runs = Runs(Bench(_steady), Bench(_steady));
        ReportedRun other = new(
            runs[1].Run with { Setting = runs[1].Setting with { Address = "10.0.0.9:5656" } }, 1, IsOnly: false);

        MainFigures.Notes([runs[0], other]).Should().ContainSingle().Which.Should().StartWith("No difference: ");
        SettingTable.Differences([runs[0], other]).Should().BeEmpty();
    }

    [Fact]
    public void As_text_it_fits_the_terminal()
    {
        string text = ComparisonText.Of(
            [SampleBench.Open(), SampleBench.Open(2, 1.6, 9, "slower.json"), SampleBench.Closed(), SampleBench.WithConnects(),
                SampleBench.Open(name: new string('x', 200)), SampleBench.Closed(), SampleBench.Closed(), SampleBench.Unreachable()]);

        text.Split('\n').Should().OnlyContain(line => line.Length <= ComparisonText.Width);
        text.Should().NotContain("\u00A0").And.ContainAll(
            "A  open.json\n", "B  slower.json\n", "\nB against A", "\nH against A", "✗ worse", "no difference");
    }

    [Fact]
    public void The_text_says_what_each_was_and_what_may_be_said_of_each_figure()
    {
        BenchResult good = Bench(Times(_steady, 20), rate: 2_000);
        BenchResult bad = Bench(Times(_steady, 40), rate: 4_000, failedShare: 0.259);

        ComparisonText.Of([.. Runs(good, bad).Select(run => run.Run)]).Should().StartWith(
            """
            A  0.json
               tcp 127.0.0.1:5656, 50 connections × 1, 2,000/s on schedule (open loop), 6 s from 2026-11-22
               10:00:00 UTC, on sample: complete, exit code 0: nothing failed
            B  1.json
               tcp 127.0.0.1:5656, 50 connections × 1, 4,000/s on schedule (open loop), 6 s from 2026-11-22
               10:00:00 UTC, on sample: complete, exit code 1: answers are missing

            B against A              A         B  change
            errors                 0 %  25.898 %  from 0  ✗ worse
            throughput         2,000/s   4,000/s  +100 %  not judged: the rate was given
            p50               1.000 ms  1.000 ms    ±0 %  not judged: errors differ

            """);
    }

    private static Difference Of(string name, BenchResult one, BenchResult other) =>
        new BenchComparison(one, other).Of(MainFigure.For(Runs(one, other)).Single(figure => figure.Name == name));

    private static double[] Times(double[] values, double factor) => [.. values.Select(value => value * factor)];

    private static ReportedRun[] Runs(params BenchResult[] results) =>
    [
        .. results.Select((result, i) => new ReportedRun(
            new RecordedBench($"{i}.json", SampleBench.Setting("tcp", "127.0.0.1:5656"), result, result.Totals.Failed > 0 ? 1 : 0),
            i, IsOnly: false)),
    ];

    /// <summary>A bench of intervals of a second with these rates, all of whose requests take as long, give or take an interval.</summary>
    private static BenchResult Bench(double[] perSecond, double rate = 0, double failedShare = 0, double microseconds = 1_000)
    {
        BenchInterval[] series =
        [
            .. perSecond.Select((ok, i) => new BenchInterval
            {
                Start = TimeSpan.FromSeconds(i),
                End = TimeSpan.FromSeconds(i + 1),
                Counts = Counts(ok, failedShare),
                Count = (long)ok,
                Percentiles = [new PercentileValue(50, TimeSpan.FromMicroseconds(microseconds + i))],
            }),
        ];
        BenchCounts totals = series.Select(interval => interval.Counts).Aggregate((sum, one) => sum.Plus(one));
        BenchResult closed = SampleBench.Closed().Result;
        LatencySummary times = closed.Uncorrected with { Percentiles = [new PercentileValue(50, TimeSpan.FromMicroseconds(microseconds))] };
        return closed with
        {
            Options = closed.Options with { Rate = rate, Percentiles = [50] },
            Duration = TimeSpan.FromSeconds(perSecond.Length),
            Totals = totals,
            Throughput = (double)totals.Ok / perSecond.Length,
            Uncorrected = times,
            Corrected = rate > 0 ? times : null,
            Lag = rate > 0 ? times : null,
            Series = series,
        };
    }

    private static BenchCounts Counts(double ok, double failedShare) => new()
    {
        Ok = (long)Math.Round(ok),
        Reset = (long)Math.Round(ok * failedShare / (1 - failedShare)),
    };
}
