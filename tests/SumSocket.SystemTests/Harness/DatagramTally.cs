using System.Globalization;
using System.Text.RegularExpressions;

namespace SumSocket.SystemTests.Harness;

/// <summary>What a UDP server, at its end, says became of all datagrams.</summary>
/// <param name="Received">All that it received.</param>
/// <param name="Answered">Those answered.</param>
/// <param name="Empty">Those without a byte.</param>
/// <param name="TooLong">Those longer than 1,200 bytes.</param>
/// <param name="NotARequest">Those that were not one request with integer A and B.</param>
/// <param name="Forged">Those from where they cannot have been sent.</param>
/// <param name="AnswerTooLong">Those whose answer would have been longer.</param>
/// <param name="SendFailed">Those whose answer the kernel would not send.</param>
/// <param name="DelayRefused">Those whose answer was to be held back, and could not be.</param>
/// <param name="Overflowed">Those that the kernel dropped before the server received them.</param>
internal sealed partial record DatagramTally(
    long Received, long Answered, long Empty, long TooLong, long NotARequest,
    long Forged, long AnswerTooLong, long SendFailed, long DelayRefused, long Overflowed)
{
    /// <summary>Finds it in the log of a server that has ended. Every datagram must be in exactly one of its counts.</summary>
    public static DatagramTally Of(Transcript log)
    {
        Match line = Final.Match(log.Text);
        line.Success.Should().BeTrue("the log ends with the counts:\n{0}", log.Text);
        long[] n = [.. line.Groups.Values.Skip(1).Select(group => long.Parse(group.Value, CultureInfo.InvariantCulture))];
        DatagramTally tally = new(n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7], n[8], n[9]);
        n[1..9].Sum().Should().Be(tally.Received, "each datagram has one fate: {0}", line.Value);
        return tally;
    }

    [GeneratedRegex(
        @"Stopped after (\d+) datagrams?: (\d+) answered, " +
        @"dropped: (\d+) empty, (\d+) too long, (\d+) no request, (\d+) with a forged sender, " +
        @"(\d+) with too long an answer, (\d+) not to be sent, " +
        @"(\d+) with a delay that is refused; (\d+) lost by the kernel before they were received")]
    private static partial Regex Final { get; }
}
