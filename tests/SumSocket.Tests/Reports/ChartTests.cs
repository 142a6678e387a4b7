using FluentAssertions;
using SumSocket.Reports;
using SumSocket.Reports.Charts;
using Xunit;

namespace SumSocket.Tests.Reports;

public class ChartTests
{
    [Fact]
    public void Each_further_nine_is_as_wide_as_the_first()
    {
        Axis axis = Axis.Nines(count: 10_000);

        axis.Position(0).Should().Be(0);
        axis.Position(90).Should().BeApproximately(0.25, 1e-9);
        axis.Position(99).Should().BeApproximately(0.5, 1e-9);
        axis.Position(99.99).Should().BeApproximately(1, 1e-9, "one of ten thousand is as far as they reach");
        axis.Ticks.Select(tick => tick.Label).Should().Equal("0 %", "50 %", "75 %", "90 %", "99 %", "99.9 %", "99.99 %");
    }

    [Theory]
    [InlineData(1000, "0/s 250/s 500/s 750/s 1,000/s")]
    [InlineData(1001, "0/s 500/s 1,000/s 1,500/s")]
    [InlineData(7, "0/s 2/s 4/s 6/s 8/s")]
    [InlineData(0, "0/s 0/s")]
    public void A_linear_axis_goes_up_to_a_round_number(double max, string labels)
    {
        Axis axis = Axis.Linear(max, Figures.Rate);

        string.Join(' ', axis.Ticks.Select(tick => tick.Label)).Should().Be(labels);
        axis.Position(max).Should().BeLessThanOrEqualTo(1);
        axis.Ticks[^1].At.Should().BeApproximately(1, 1e-9);
    }

    [Theory]
    [InlineData(1, "0 1")]
    [InlineData(3, "0 1 2 3")]
    [InlineData(10, "0 5 10")]
    [InlineData(80, "0 20 40 60 80")]
    [InlineData(100, "0 25 50 75 100")]
    public void An_axis_of_counts_marks_whole_ones(double max, string labels)
    {
        Axis axis = Axis.Linear(max, Figures.Count, isWhole: true);

        string.Join(' ', axis.Ticks.Select(tick => tick.Label)).Should().Be(labels);
        axis.Ticks.Should().OnlyContain(tick => Math.Abs(axis.Position(double.Parse(tick.Label)) - tick.At) < 1e-9);
    }

    [Theory]
    [InlineData(180, 990_000, "100 µs|1 ms|10 ms|100 ms|1 s")]
    [InlineData(130, 990, "100 µs|200 µs|500 µs|1 ms")]
    [InlineData(200, 1000, "200 µs|500 µs|1 ms|2 ms")]
    [InlineData(0, 3_600_000_000, "0.1 µs|1 µs|10 µs|100 µs|1 ms|10 ms|100 ms|1 s|10 s|100 s|1,000 s")]
    public void Times_are_between_round_numbers_on_a_logarithmic_axis(double min, double max, string labels)
    {
        Axis axis = Axis.LogTime(min, max);

        string.Join('|', axis.Ticks.Select(tick => tick.Label)).Should().Be(labels);
        axis.Position(Math.Sqrt(Math.Max(min, 0.1) * max)).Should().BeInRange(0.2, 0.8);
        axis.Position(max).Should().BeLessThanOrEqualTo(1);
    }

    [Theory]
    [InlineData(20, "2 s", "20 s")]
    [InlineData(90, "10 s", "90 s")]
    [InlineData(3600, "5 min", "60 min")]
    [InlineData(86_400, "2 h", "24 h")]
    [InlineData(0.05, "0.005 s", "0.05 s")]
    public void Time_is_marked_at_round_places(double seconds, string second, string last)
    {
        Axis axis = Axis.Seconds(seconds);

        axis.Ticks[0].Label.Should().Be("0");
        axis.Ticks[1].Label.Should().Be(second);
        axis.Ticks[^1].Label.Should().Be(last);
        axis.Ticks.Should().HaveCountLessThanOrEqualTo(13);
    }

    [Fact]
    public void A_line_breaks_where_there_is_no_value() =>
        PathData.Steps([(0, 0.1, 0.5), (0.1, 0.2, null), (0.2, 0.3, 1), (0.3, 0.4, 0)])
            .Should().Be("M0 500H100M200 0H300V1000H400");

    [Theory]
    [InlineData(0.0, "0 µs")]
    [InlineData(0.3, "0.300 µs")]
    [InlineData(213.44, "213.4 µs")]
    [InlineData(999.94, "999.9 µs")]
    [InlineData(999.96, "1.000 ms")]
    [InlineData(10_013.0, "10.01 ms")]
    [InlineData(999_960.0, "1.000 s")]
    [InlineData(3_600_000_000.0, "3,600 s")]
    [InlineData(null, "n/a")]
    public void Times_have_four_digits_and_a_unit(double? microseconds, string text) => Plain(Figures.Time(microseconds)).Should().Be(text);

    [Theory]
    [InlineData(0, "0 %")]
    [InlineData(0.0001, "< 0.001 %")]
    [InlineData(10.02, "10.02 %")]
    [InlineData(99.9999, "> 99.999 %")]
    [InlineData(100, "100 %")]
    public void A_share_is_never_none_or_all_when_it_is_not(double percent, string text) =>
        Plain(Figures.Percent(percent)).Should().Be(text);

    [Theory]
    [InlineData(100, 112.3, "+12.3 %")]
    [InlineData(100, 88, "−12 %")]
    [InlineData(100, 2500, "×25.00")]
    [InlineData(0, 5, "from 0")]
    [InlineData(0, 0, "same")]
    [InlineData(5, 5, "±0 %")]
    public void A_change_is_in_percent_or_many_times(double from, double to, string text) =>
        Plain(Figures.Change(from, to)).Should().Be(text);

    private static string Plain(string text) => text.Replace('\u00A0', ' ');
}
