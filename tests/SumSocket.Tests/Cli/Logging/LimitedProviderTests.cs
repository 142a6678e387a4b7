using FluentAssertions;
using Microsoft.Extensions.Logging;
using SumSocket.Cli.Logging;
using Xunit;

namespace SumSocket.Tests.Cli.Logging;

public sealed class LimitedProviderTests : ILoggerProvider
{
    private const int Opened = 110, Closed = 111;

    private readonly ManualTimeProvider _clock = new();
    private readonly LogRecorder _log = new();
    private readonly LimitedProvider _limited;
    private bool _isClosed;

    public LimitedProviderTests() => _limited = new LimitedProvider(this, _clock);

    [Fact]
    public void Of_one_kind_ten_lines_a_second_pass_and_the_rest_is_counted()
    {
        Write(Opened, 5_000);
        Write(Closed, 10);
        Write(120, 11);

        Of(Opened).Should().Equal(Enumerable.Repeat("line", 10));
        Of(Closed).Should().HaveCount(10);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Of(Opened).Should().HaveCount(11).And.EndWith("4,990 more of this kind within a second");
        Of(Closed).Should().HaveCount(10);
        Of(120).Should().HaveCount(11).And.EndWith("1 more of this kind within a second");
    }

    [Fact]
    public void In_twenty_seconds_a_kind_has_two_hundred_lines_and_none_is_uncounted()
    {
        const int Count = 20 * 5_000;
        for (int i = 0; i < Count; i++)
        {
            Write(Opened, 1);
            _clock.Advance(TimeSpan.FromSeconds(20) / Count);
        }

        _clock.Advance(TimeSpan.FromSeconds(1));
        List<string> lines = [.. Of(Opened)];
        lines.Should().HaveCountLessThanOrEqualTo(201);
        int left = lines.Where(line => line != "line").Sum(line => int.Parse(line.Split(' ')[0].Replace(",", "")));
        (left + lines.Count(line => line == "line")).Should().Be(Count);
    }

    [Fact]
    public void Kinds_whose_seconds_begin_apart_are_each_counted_over_their_own()
    {
        Write(Opened, 11);
        _clock.Advance(TimeSpan.FromSeconds(0.5));
        Write(Closed, 12);
        _clock.Advance(TimeSpan.FromSeconds(0.5));

        Of(Opened).Should().HaveCount(11);
        Of(Closed).Should().HaveCount(10);
        _clock.Advance(TimeSpan.FromSeconds(0.5));
        Of(Closed).Should().HaveCount(11).And.EndWith("2 more of this kind within a second");
    }

    [Fact]
    public void A_few_lines_a_second_all_pass()
    {
        for (int i = 0; i < 100; i++)
        {
            Write(Opened, 10);
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        Of(Opened).Should().HaveCount(1_000).And.OnlyContain(line => line == "line");
    }

    [Fact]
    public void The_end_of_the_log_states_what_was_left_out_before_it_closes()
    {
        Write(Opened, 30);

        _limited.Dispose();

        Of(Opened).Should().EndWith("20 more of this kind within a second");
        _isClosed.Should().BeTrue();
    }

    public ILogger CreateLogger(string categoryName) => _log;

    public void Dispose() => _isClosed = true;

    private IEnumerable<string> Of(int id) => _log.Entries.Where(entry => entry.Id == id).Select(entry => entry.Message);

    private void Write(int id, int count)
    {
        ILogger logger = _limited.CreateLogger("any");
        for (int i = 0; i < count; i++)
            logger.Log(LogLevel.Information, new EventId(id), "line", null, (state, _) => state);
    }
}
