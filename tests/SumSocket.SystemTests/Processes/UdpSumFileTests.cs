using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using SumSocket.SystemTests.Harness;
using SumSocket.Tests;

namespace SumSocket.SystemTests.Processes;

/// <summary>
/// <c>sum -</c> over a path that loses, doubles and reorders: every sum all the same, and the books of both ends and the path agree.
/// </summary>
public sealed partial class UdpSumFileTests
{
    private static readonly int _pairs = LongRun.IsRequested ? 100_000 : 20_000;

    [Fact(Timeout = 180_000)]
    public async Task Very_many_pairs_come_out_right_and_in_order_over_a_path_that_loses_a_fifth()
    {
        await using ServerProcess server = await ServerProcess.StartUdpAsync();
        var faults = new RelayFaults { Drop = 0.2, Duplicate = 0.1, Reorder = 0.1 };
        await using var relay = new DatagramRelay(new IPEndPoint(IPAddress.Loopback, server.Port), faults, seed: 100_000);
        await using ChildProcess sum = ChildProcess.Start(
            Programs.UdpClient, ["sum", "-", "-v", "--timeout", "2m", "--port", $"{relay.EndPoint.Port}"], ChildProcess.Reading.Error);
        long start = TimeProvider.System.GetTimestamp();
        Task written = WriteAsync(sum.Input);

        for (int i = 0; i < _pairs; i++)
        {
            string? line = await sum.RawOutput.ReadLineAsync(TestContext.Current.CancellationToken);
            if (line != $"{3L * i}")
                Assert.Fail($"Pair {i} got \"{line}\": {sum.Error.Text}");
        }

        TimeSpan taken = TimeProvider.System.GetElapsedTime(start);
        await written;
        (await sum.ExitAsync()).Should().Be(0, sum.Error.Text);
        Match closed = Closed.Match(sum.Error.Text);
        closed.Success.Should().BeTrue(sum.Error.Text);
        long[] n = [.. closed.Groups.Values.Skip(1).Select(group => long.Parse(group.Value, CultureInfo.InvariantCulture))];
        (long sent, long repeated, long failed, long received, long answered) = (n[0], n[1], n[2], n[3], n[4]);
        (long late, long doubled, long foreign, long malformed, long reordered) = (n[5], n[6], n[7], n[8], n[9]);
        await Eventually.IsTrueAsync(() => relay.ToServer.Received == sent + repeated, "the path took all that the client sent");
        DatagramTally tally = await server.StopUdpAsync();
        TestContext.Current.TestOutputHelper?.WriteLine($"{_pairs / taken.TotalSeconds:N0} sums a second; {closed.Value}");

        (sent, failed, answered, late, foreign, malformed).Should().Be((_pairs, 0, _pairs, 0, 0, 0));
        repeated.Should().BeGreaterThan(_pairs / 2, "0.8 x 0.8 of the rounds succeed");
        reordered.Should().BeGreaterThan(_pairs / 10);
        tally.Received.Should().Be(relay.ToServer.Passed);
        tally.Answered.Should().Be(relay.ToClient.Received);
        received.Should().Be(answered + doubled);
        (relay.ToClient.Passed - received).Should()
            .BeInRange(0, 100, "the client leaves with its last sum, and what then comes it does not see");
        (relay.ToServer.Dropped / (double)relay.ToServer.Received).Should().BeApproximately(0.2, 0.01);
        (relay.ToClient.Dropped / (double)relay.ToClient.Received).Should().BeApproximately(0.2, 0.01);
    }

    [GeneratedRegex(
        @"Closed: (\d+) requests sent, (\d+) of them repeated, (\d+) not to be sent; of (\d+) datagrams received " +
        @"(\d+) answers, (\d+) late, (\d+) doubled, (\d+) foreign, (\d+) malformed; (\d+) reordered")]
    private static partial Regex Closed { get; }

    private static async Task WriteAsync(StreamWriter input)
    {
        for (int i = 0; i < _pairs; i++)
            await input.WriteLineAsync($"{i} {2L * i}");
        input.Close();
    }
}
