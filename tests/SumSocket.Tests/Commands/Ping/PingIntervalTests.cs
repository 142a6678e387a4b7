using System.Net;
using System.Text;
using FluentAssertions;
using SumSocket.Client;
using SumSocket.Commands.Ping;
using SumSocket.Measurement.Ping;
using SumSocket.Protocol;
using Xunit;

namespace SumSocket.Tests.Commands.Ping;

/// <summary>A line for each interval, in which all workers send.</summary>
public sealed class PingIntervalTests
{
    private static readonly IPEndPoint _peer = new(IPAddress.Loopback, 5656);
    private static readonly DateTimeOffset _start = new(2026, 11, 22, 10, 2, 47, TimeSpan.Zero);

    [Fact]
    public void All_workers_have_one_line_as_soon_as_all_have_ended() =>
        Render(3, Sum(1, 1, 0.2), Sum(3, 1, 0.6), Sum(2, 1, 0.4), Sum(1, 2, 0.3)).Should().Equal(
            "7 + 4 = 11 from 127.0.0.1:5656: seq=1 time=0.200/0.400/0.600 ms (min/mean/max of 3 of 3)",
            "7 + 4 = 11 from 127.0.0.1:5656: seq=2 time=0.300/0.300/0.300 ms (min/mean/max of 1 of 3)");

    [Fact]
    public void What_is_lost_does_not_hold_up_the_others_and_has_a_line_when_that_is_known() =>
        Render(
            3, Sum(1, 1, 0.2), Sum(2, 1, 0.4), Sum(1, 2, 0.2, at: 1), Sum(2, 2, 0.2, at: 1), Sum(3, 2, 0.2, at: 1),
            Lost(3, 1, at: 2)).Should().Equal(
            "7 + 4 = 11 from 127.0.0.1:5656: seq=1 time=0.200/0.300/0.400 ms (min/mean/max of 2 of 3)",
            "7 + 4 = 11 from 127.0.0.1:5656: seq=2 time=0.200/0.200/0.200 ms (min/mean/max of 3 of 3)",
            "seq=1 lost: timed out after 2.0 s (1 of 3)");

    [Fact]
    public void A_clock_that_is_set_back_does_not_hold_up_what_has_ended() =>
        Render(2, Sum(1, 1, 0.2, at: 3600), Sum(1, 2, 0.2), Sum(2, 2, 0.2)).Should().Equal(
            "7 + 4 = 11 from 127.0.0.1:5656: seq=1 time=0.200/0.200/0.200 ms (min/mean/max of 1 of 2)",
            "7 + 4 = 11 from 127.0.0.1:5656: seq=2 time=0.200/0.200/0.200 ms (min/mean/max of 2 of 2)");

    [Fact]
    public void Those_that_ended_in_different_ways_have_a_line_for_each() =>
        Render(4, Sum(1, 1, 0.2), Lost(2, 1), Lost(3, 1), Round(4, 1, SumOutcome.ServerError, 0, "busy")).Should().Equal(
            "7 + 4 = 11 from 127.0.0.1:5656: seq=1 time=0.200/0.200/0.200 ms (min/mean/max of 1 of 4)",
            "seq=1 lost: timed out after 2.0 s (2 of 4)",
            "seq=1 error: busy time=0.000 ms (1 of 4)");

    [Fact]
    public void Each_wrong_answer_has_its_own() =>
        Render(2, Round(1, 1, SumOutcome.WrongAnswer, 12, ""), Round(2, 1, SumOutcome.WrongAnswer, 13, "")).Should().Equal(
            "7 + 4 = 12 from 127.0.0.1:5656: seq=1 time=0.000 ms WRONG: it is 11 (worker 1)",
            "7 + 4 = 13 from 127.0.0.1:5656: seq=1 time=0.000 ms WRONG: it is 11 (worker 2)");

    [Fact]
    public void Sums_that_differ_are_a_range() =>
        Render(2, Sum(1, 1, 0.2), Sum(2, 1, 0.2) with { B = 5, Sum = 12 }).Should().Equal(
            "7 + 4..5 = 11..12 from 127.0.0.1:5656: seq=1 time=0.200/0.200/0.200 ms (min/mean/max of 2 of 2)");

    [Fact]
    public void What_waits_comes_ahead_of_a_loss_of_the_server() =>
        Render(2, Sum(1, 1, 0.2), new PingConnection(ConnectionEventKind.Lost, _peer, "connection refused", 1, TimeSpan.Zero)).Should()
            .Equal(
                "7 + 4 = 11 from 127.0.0.1:5656: seq=1 time=0.200/0.200/0.200 ms (min/mean/max of 1 of 2)",
                "no answer from 127.0.0.1:5656: connection refused");

    [Theory]
    [InlineData(2, 0, false)] // without an interval each worker goes its own way
    [InlineData(2, 1, true)]
    [InlineData(1, 1, false)]
    public void Every_request_has_a_line_where_that_is_wanted_or_there_is_nothing_to_combine(int workers, int interval, bool each) =>
        Render(workers, interval, each, Sum(1, 1, 0.2), Sum(1, 2, 0.2)).Should()
            .HaveCount(2).And.OnlyContain(line => line.EndsWith(" time=0.200 ms", StringComparison.Ordinal));

    private static PingRound Sum(int worker, long sequence, double milliseconds, double at = 0) =>
        new(worker, sequence, 4, SumOutcome.Sum, 11, ErrorCode.None, TimeSpan.FromMilliseconds(milliseconds), _peer, "", TimeSpan.Zero)
        {
            At = _start.AddSeconds(at),
        };

    private static PingRound Lost(int worker, long sequence, double at = 0) =>
        new(worker, sequence, 4, SumOutcome.TimedOut, 0, ErrorCode.None, TimeSpan.FromSeconds(2), _peer, "timed out", TimeSpan.Zero)
        {
            At = _start.AddSeconds(at),
        };

    private static PingRound Round(int worker, long sequence, SumOutcome outcome, long sum, string reason) =>
        new(worker, sequence, 4, outcome, sum, ErrorCode.None, TimeSpan.Zero, _peer, reason, TimeSpan.Zero) { At = _start };

    private static IEnumerable<string> Render(int workers, params PingEvent[] events) => Render(workers, interval: 1, each: false, events);

    private static IEnumerable<string> Render(int workers, int interval, bool each, params PingEvent[] events)
    {
        using MemoryStream output = new();
        PingOptions options = new() { Workers = workers, Interval = TimeSpan.FromSeconds(interval) };
        PingText text = new(
            output, _ => { }, options, new PingTarget("localhost:5656", "udp", HasConnections: false), quiet: false, stamps: false, each);
        foreach (PingEvent one in events)
            text.Add(one);
        text.End(new PingSummary(0, 0, 0, 0, 0, 0, 0, null, null, null, null, null, null, null, 1, 0, []), []);
        return Encoding.UTF8.GetString(output.ToArray()).Split('\n').TakeWhile(line => line.Length > 0);
    }
}
