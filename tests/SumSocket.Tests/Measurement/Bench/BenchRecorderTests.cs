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
        using (BenchRecorder.Pen pen = recorder.Take())
        {
            pen.Record(BenchOutcome.Ok, new Asked(0, 0, 0), ended: 100, isMeasured: true);
            pen.Record(BenchOutcome.Ok, new Asked(0, 0, 0), ended: 101, isMeasured: true);
            pen.Record(BenchOutcome.Ok, new Asked(0, 0, 0), ended: 100, isMeasured: false);
        }

        BenchTally measured = recorder.Measured;
        (measured.OkInTime, measured.Counts.Ok, recorder.Warmup.Ok).Should().Be((1, 2, 1));
    }
}
