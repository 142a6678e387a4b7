using FluentAssertions;
using SumSocket.Measurement.Ping;
using Xunit;

namespace SumSocket.Tests.Measurement.Ping;

public class OutageFinderTests
{
    private readonly OutageLog _log = new(enough: 2);
    private readonly OutageFinder _finder;

    public OutageFinderTests() => _finder = new OutageFinder(_log, _ => null);

    [Fact]
    public void Finds_an_outage_whose_losses_are_known_long_after_it()
    {
        PingRequest[] requests = [.. Enumerable.Range(0, 8).Select(Send)];
        foreach (int answered in (int[])[0, 1, 5, 6, 7])
            _finder.End(requests[answered], RequestEnd.Answered, Seconds(answered + 0.1), "");
        _log.Count.Should().Be(0, "what was sent in between may still be answered");
        foreach (int lost in (int[])[2, 3, 4])
            _finder.End(requests[lost], RequestEnd.Lost, Seconds(lost + 30), "timed out");

        _log.Recent.Should().Equal(new PingOutage(Seconds(2), "timed out", Seconds(3.1), 3));
    }

    [Fact]
    public void Does_not_take_losses_with_answers_between_them_for_an_outage()
    {
        PingRequest[] requests = [.. Enumerable.Range(0, 6).Select(Send)];
        for (int i = 0; i < 6; i++)
            _finder.End(requests[i], i % 2 == 0 ? RequestEnd.Lost : RequestEnd.Answered, Seconds(30 - i), "timed out");

        _log.Count.Should().Be(0);
    }

    [Fact]
    public void Puts_the_loss_of_the_connection_in_its_place_among_the_requests()
    {
        PingRequest first = Send(1);
        _finder.LoseConnection(Seconds(1.5), "connection refused");
        PingRequest second = Send(2);
        PingRequest third = Send(2);
        _finder.End(second, RequestEnd.Lost, Seconds(2.1), "connection refused");
        _finder.End(third, RequestEnd.Answered, Seconds(2.25), "");
        _finder.End(first, RequestEnd.Answered, Seconds(2.5), ""); // sent before

        _log.Recent.Should().Equal(new PingOutage(Seconds(1.5), "connection refused", Seconds(0.75), 1));
    }

    [Fact]
    public void Lets_a_request_that_was_left_or_answered_wrongly_neither_begin_nor_end_an_outage()
    {
        (int, RequestEnd)[] ends = [(1, RequestEnd.Lost), (2, RequestEnd.Other), (3, RequestEnd.Lost), (4, RequestEnd.Other)];
        foreach ((int at, RequestEnd how) in ends)
            _finder.End(Send(at), how, Seconds(at + 0.5), "timed out");

        _log.Recent.Should().Equal(new PingOutage(Seconds(1), "timed out", null, 2));
    }

    private PingRequest Send(int second)
    {
        PingRequest request = new(1, second + 1, Seconds(second));
        _finder.Add(request);
        return request;
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
