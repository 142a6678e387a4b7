using FluentAssertions;
using SumSocket.Measurement.Bench;
using Xunit;

namespace SumSocket.Tests.Measurement.Bench;

public sealed class BenchRecorderTests
{
    [Fact]
    public void What_ends_with_the_measured_time_is_in_time_and_what_ends_later_is_not()
    {
        BenchRecorder recorder = new(isOpenLoop: false) { MeasureUntil = 100 };
        using (BenchRecorder.Writer pen = recorder.Take())
        {
            pen.Record(BenchOutcome.Ok, new RequestTimes(0, 0, 0), ended: 100, isMeasured: true);
            pen.Record(BenchOutcome.Ok, new RequestTimes(0, 0, 0), ended: 101, isMeasured: true);
            pen.Record(BenchOutcome.Ok, new RequestTimes(0, 0, 0), ended: 100, isMeasured: false);
        }

        BenchTally measured = recorder.Measured;
        (measured.OkInTime, measured.Counts.Ok, recorder.Warmup.Ok).Should().Be((1, 2, 1));
    }

    [Theory]
    [InlineData(BenchOutcome.NotSent)]
    [InlineData(BenchOutcome.Refused)]
    public void What_was_not_sent_has_a_time_when_it_waited_for_that_and_none_when_it_failed_at_once(BenchOutcome outcome)
    {
        const long Ms = TimeSpan.TicksPerMillisecond;
        BenchRecorder recorder = new(isOpenLoop: true);
        using (BenchRecorder.Writer pen = recorder.Take())
        {
            pen.Record(outcome, new RequestTimes(Due: 0, Ready: 0, Sent: 1), ended: Ms, isMeasured: true);
            pen.Record(outcome, new RequestTimes(Due: 0, Ready: 0, Sent: 1), ended: 5_000 * Ms, isMeasured: true);
        }

        BenchTally measured = recorder.Measured;
        (measured.Counts.Planned, measured.Counts.Sent, measured.Uncorrected.Count, measured.Lag!.Count).Should().Be((2, 0, 0, 0));
        (measured.Corrected!.Count, measured.Corrected.Max).Should().Be((1, TimeSpan.FromSeconds(5)));
    }

    [Theory]
    [InlineData(BenchOutcome.NotSent)]
    [InlineData(BenchOutcome.Refused)]
    public void What_failed_at_once_has_no_time_either_when_the_generator_was_late_to_ask_it(BenchOutcome outcome)
    {
        const long Ms = TimeSpan.TicksPerMillisecond;
        BenchRecorder recorder = new(isOpenLoop: true);
        using (BenchRecorder.Writer pen = recorder.Take())
        {
            pen.Record(outcome, new RequestTimes(Due: 0, Ready: 0, Sent: 20 * Ms), ended: 21 * Ms, isMeasured: true);
            // there was no room
            pen.Record(outcome, new RequestTimes(Due: 0, Ready: 20 * Ms, Sent: 20 * Ms), ended: 21 * Ms, isMeasured: true);
        }

        recorder.Measured.Corrected!.Count.Should().Be(1);
    }
}
