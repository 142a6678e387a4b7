using FluentAssertions;
using SumSocket.Client;
using SumSocket.Measurement.Bench;
using SumSocket.Protocol;
using Xunit;

namespace SumSocket.Tests.Measurement.Bench;

public sealed class BenchConnectionTests : IAsyncDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly OutageTable _outages = new();
    private readonly BenchRecorder _recorder = new(isOpenLoop: false);
    private readonly LastAnswer _lastAnswer = new();
    private readonly BenchDouble _client;
    private readonly BenchConnection _connection;

    public BenchConnectionTests()
    {
        _client = new BenchDouble(_time);
        _connection = new BenchConnection(0, _client, _recorder, _outages, new BenchClock(_time), _lastAnswer);
    }

    public ValueTask DisposeAsync() => _client.DisposeAsync();

    [Theory]
    [InlineData(SumOutcome.OutcomeUnknown, ConnectionCause.Reset, BenchOutcome.Reset)]
    [InlineData(SumOutcome.OutcomeUnknown, ConnectionCause.EndOfStream, BenchOutcome.EndOfStream)]
    [InlineData(SumOutcome.OutcomeUnknown, ConnectionCause.ServerError, BenchOutcome.EndOfStream)]
    [InlineData(SumOutcome.OutcomeUnknown, ConnectionCause.TimedOut, BenchOutcome.TimedOut)]
    [InlineData(SumOutcome.OutcomeUnknown, ConnectionCause.ProtocolViolation, BenchOutcome.Error)]
    [InlineData(SumOutcome.NotSent, ConnectionCause.Refused, BenchOutcome.Refused)]
    [InlineData(SumOutcome.OutcomeUnknown, ConnectionCause.Refused, BenchOutcome.Refused)] // a datagram
    [InlineData(SumOutcome.NotSent, ConnectionCause.TimedOut, BenchOutcome.NotSent)]
    [InlineData(SumOutcome.NotSent, ConnectionCause.NameNotFound, BenchOutcome.NotSent)]
    [InlineData(SumOutcome.TimedOut, ConnectionCause.Reset, BenchOutcome.TimedOut)]
    public void What_became_of_a_request_follows_from_the_cause_of_the_last_trouble(
        SumOutcome outcome, ConnectionCause cause, BenchOutcome expected)
    {
        _client.Raise(new ConnectionEvent(ConnectionEventKind.Lost, null, "in other words", Cause: cause));

        End(new SumResult(outcome), sent: 0, ended: 1).Should().Be(expected);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(20_000, 0)] // another connection had an answer meanwhile
    public void A_time_out_is_an_outage_unless_others_were_answered_meanwhile(long answered, long outages)
    {
        _lastAnswer.Note(answered);
        End(new SumResult(SumOutcome.TimedOut), sent: 10_000, ended: 900_000);

        _outages.Close(default).Count.Should().Be(outages);
    }

    [Theory]
    [InlineData(SumOutcome.OutcomeUnknown, ErrorCode.None, 1)]
    [InlineData(SumOutcome.ServerError, ErrorCode.Busy, 1)]    // what a server says as it closes is the end of a connection, not an answer
    [InlineData(SumOutcome.ServerError, ErrorCode.Timeout, 1)]
    [InlineData(SumOutcome.ServerError, ErrorCode.NotAnInteger, 1)]
    [InlineData(SumOutcome.ServerError, ErrorCode.Unknown, 1)]
    [InlineData(SumOutcome.WrongAnswer, ErrorCode.None, 0)]
    public void An_outage_has_lost_what_it_kept_from_an_answer(SumOutcome outcome, ErrorCode error, long lost)
    {
        _client.Raise(new ConnectionEvent(ConnectionEventKind.Lost, null, "in a few words", Cause: ConnectionCause.ServerError));

        End(new SumResult(outcome, Error: error), sent: 0, ended: 1);

        Lost().Should().Be(lost);
    }

    [Fact]
    public void What_ends_a_connection_by_breaking_the_protocol_is_lost_with_it()
    {
        _client.Raise(new ConnectionEvent(ConnectionEventKind.Lost, null, "not an answer", Cause: ConnectionCause.ProtocolViolation));

        End(new SumResult(SumOutcome.OutcomeUnknown), sent: 0, ended: 1).Should().Be(BenchOutcome.Error);

        Lost().Should().Be(1);
    }

    [Fact]
    public void An_error_where_nothing_is_wrong_with_the_connection_is_not_lost_in_the_outage_of_another()
    {
        _outages.Begin(1, default, "connection refused");

        End(new SumResult(SumOutcome.ServerError, Error: ErrorCode.Busy), sent: 0, ended: 1);

        Lost().Should().Be(0);
    }

    [Fact]
    public async Task What_still_waits_for_a_connection_when_the_run_is_given_up_was_never_sent()
    {
        await _connection.GiveUpAsync();

        End(new SumResult(SumOutcome.NotSent), sent: 0, ended: 1).Should().Be(BenchOutcome.Unanswered);
        End(new SumResult(SumOutcome.OutcomeUnknown), sent: 0, ended: 1).Should().Be(BenchOutcome.Unanswered);

        BenchTally measured = _recorder.Measured;
        (measured.Counts.Unanswered, measured.Counts.Sent, measured.Uncorrected.Count).Should().Be((2, 1, 1));
    }

    [Fact]
    public async Task What_was_never_sent_since_the_run_was_given_up_is_not_lost_in_an_outage()
    {
        _outages.Begin(0, default, "connection refused");
        await _connection.GiveUpAsync();

        End(new SumResult(SumOutcome.NotSent), sent: 0, ended: 1);

        Lost().Should().Be(0);
    }

    [Fact]
    public void The_last_answer_is_right_to_a_millisecond_and_the_first_is_noted_at_once()
    {
        _lastAnswer.At.Should().BeNegative();
        _lastAnswer.Note(0);
        _lastAnswer.At.Should().Be(0);
        _lastAnswer.Note(TimeSpan.TicksPerMillisecond - 1);
        _lastAnswer.Note(TimeSpan.TicksPerMillisecond);
        _lastAnswer.At.Should().Be(TimeSpan.TicksPerMillisecond);
    }

    [Fact]
    public void A_connection_that_the_server_ends_by_an_answer_to_no_request_is_a_violation()
    {
        _client.Raise(new ConnectionEvent(ConnectionEventKind.Lost, null, "in a few words", Cause: ConnectionCause.ProtocolViolation));
        _client.Raise(new ConnectionEvent(ConnectionEventKind.Lost, null, "in a few words", Cause: ConnectionCause.EndOfStream));

        _connection.Violations.Should().Be(1);
    }

    private long Lost() => _outages.Close(default).First.Should().ContainSingle().Which.Lost;

    private BenchOutcome End(SumResult result, long sent, long ended)
    {
        using BenchRecorder.Writer pen = _connection.Record();
        return _connection.End(pen, new SumCompletion(1, 2, 0, result), new RequestTimes(sent, sent, sent), ended, isMeasured: true);
    }
}
