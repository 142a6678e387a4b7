using FluentAssertions;
using SumSocket.Client.Udp;
using Xunit;

namespace SumSocket.Tests.Client.Udp;

public sealed class SumUdpCountsTests
{
    [Fact]
    public void What_was_received_is_all_that_came_each_counted_once()
    {
        SumUdpCounts counts = new();
        foreach (DatagramCounter fate in Enum.GetValues<DatagramCounter>())
        {
            for (int i = 0; i <= (int)fate; i++)
                counts.Add(fate);
        }

        counts.Should().BeEquivalentTo(new
        {
            Sent = 1,
            Repeated = 2,
            SendFailed = 3,
            Answered = 4,
            Late = 5,
            Duplicates = 6,
            Foreign = 7,
            Malformed = 8,
            Refused = 9,
            Reordered = 10,
            Received = 4 + 5 + 6 + 7 + 8,
        });
    }
}
