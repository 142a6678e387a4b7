using FluentAssertions;
using SumSocket.Cli;
using SumSocket.Commands.Ping;
using SumSocket.Measurement.Ping;
using SumSocket.Measurement.Statistics;
using SumSocket.Reports.Json;
using Xunit;

namespace SumSocket.Tests.Commands.Ping;

public sealed class PingExitCodeTests
{
    [Theory]
    [InlineData(5, 5, 0, 0, 1, ExitCode.Success)]
    [InlineData(5, 4, 0, 1, 1, ExitCode.Success)]
    [InlineData(0, 0, 0, 0, 1, ExitCode.Success)]     // before the first
    [InlineData(0, 0, 0, 0, 0, ExitCode.Unreachable)] // the same without a connection
    [InlineData(1, 0, 0, 1, 0, ExitCode.Unreachable)] // while the first was waiting for its connection
    [InlineData(5, 4, 0, 0, 1, ExitCode.AnswersMissing)]
    [InlineData(5, 3, 0, 1, 1, ExitCode.AnswersMissing)]
    [InlineData(5, 3, 1, 1, 1, ExitCode.WrongAnswer)]
    [InlineData(5, 0, 0, 0, 0, ExitCode.Unreachable)]
    [InlineData(5, 0, 0, 1, 0, ExitCode.Unreachable)]
    [InlineData(5, 0, 0, 0, 1, ExitCode.AnswersMissing)]
    public void Evaluates_what_came_before_the_user_ended_it(
        long rounds, long answered, long wrong, long underWay, int connections, int exitCode) =>
        PingCommand.ToExitCode(Summary(rounds, answered, wrong, underWay, connections), new PingOptions { Count = 9 }, interrupted: true)
            .Should().Be(exitCode);

    [Theory]
    [InlineData(5L, 5, 5, 0, 0, 1, ExitCode.Success)]
    [InlineData(null, 5, 4, 0, 1, 1, ExitCode.Success)] // no count was given
    [InlineData(5L, 5, 4, 0, 1, 1, ExitCode.AnswersMissing)]
    [InlineData(5L, 4, 4, 0, 0, 1, ExitCode.AnswersMissing)]
    [InlineData(5L, 4, 3, 1, 0, 1, ExitCode.WrongAnswer)]
    [InlineData(null, 1, 0, 0, 1, 1, ExitCode.AnswersMissing)] // the server hangs
    [InlineData(null, 0, 0, 0, 0, 0, ExitCode.Unreachable)] // the attempt to connect took all the time
    [InlineData(null, 1, 0, 0, 1, 0, ExitCode.Unreachable)]
    public void Misses_the_answers_that_did_not_come_by_the_deadline(
        long? count, long rounds, long answered, long wrong, long underWay, int connections, int exitCode) =>
        PingCommand
            .ToExitCode(Summary(rounds, answered, wrong, underWay, connections), new PingOptions { Count = count }, interrupted: false)
            .Should().Be(exitCode);

    [Theory]
    [InlineData(0, 1, ExitCode.Success)]
    [InlineData(18, 0, ExitCode.Success)] // the answers take longer than the interval
    [InlineData(18, 1, ExitCode.AnswersMissing)]
    public void Misses_the_rounds_that_an_outage_kept_from_being_sent(long skipped, long outages, int exitCode) =>
        PingCommand.ToExitCode(
            Summary(22, 22, 0, 0, 1) with { Skipped = skipped, Outages = outages }, new PingOptions(), interrupted: false)
            .Should().Be(exitCode);

    [Theory]
    [InlineData(29, ExitCode.AnswersMissing)]
    [InlineData(30, ExitCode.Success)]
    public void Expects_the_count_of_every_worker(long answered, int exitCode) =>
        PingCommand.ToExitCode(Summary(30, answered, 0, 30 - answered, 1), new PingOptions { Count = 3, Workers = 10 }, interrupted: false)
            .Should().Be(exitCode);

    [Theory]
    [InlineData(5, 0, 1, true, ExitCode.Success)]
    [InlineData(5, 0, 1, false, ExitCode.ThresholdMissed)]
    [InlineData(4, 0, 1, false, ExitCode.ThresholdMissed)] // which outweighs missing answers
    [InlineData(4, 0, 1, true, ExitCode.AnswersMissing)]
    [InlineData(4, 1, 1, false, ExitCode.WrongAnswer)]
    [InlineData(0, 0, 0, false, ExitCode.Unreachable)]
    public void A_missed_threshold_outweighs_missing_answers_and_nothing_else(
        long answered, long wrong, int connections, bool isMet, int exitCode)
    {
        ThresholdText.TryParsePing("max<1s", out Threshold threshold).Should().BeTrue();

        PingCommand.ToExitCode(
            Summary(5, answered, wrong, 0, connections) with { Thresholds = [new ThresholdResult(threshold, null, isMet)] },
            new PingOptions { Count = 5 }, interrupted: false).Should().Be(exitCode);
    }

    private static PingSummary Summary(long rounds, long answered, long wrong, long underWay, int connections) =>
        new(rounds, answered, 0, 0, wrong, 0, underWay, null, null, null, null, null, null, null, connections, 0, []);
}
