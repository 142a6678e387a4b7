using System.Net;
using System.Text;
using FluentAssertions;
using SumSocket.Client;
using SumSocket.Commands.Ping;
using SumSocket.Measurement.Ping;
using Xunit;

namespace SumSocket.Tests.Commands.Ping;

/// <summary>What the text of a ping says only where it matters.</summary>
public sealed class PingTextTests
{
    private static readonly PingSummary _summary = new(
        2, 2, 0, 0, 0, 0, 0, Ms(0.1), Ms(0.2), Ms(0.2), null, Ms(0.3), Ms(0.1414), Ms(0.05), 1, 0, []);

    [Theory]
    [InlineData("NoSumServer", "this is no sum server (it said \"-ERR\")", ": try connect, or idle --any")]
    [InlineData("SpeaksTls", "protocol violation: the server speaks TLS", ": give --tls")]
    [InlineData("None", "protocol violation: not an answer", " after 0.0 s of silence (0.001 s old, 0 answers)")]
    public void What_is_not_what_it_was_taken_for_comes_with_what_to_do(string peer, string reason, string expected)
    {
        PingConnection foreign = new(ConnectionEventKind.Lost, new IPEndPoint(IPAddress.Loopback, 5656), reason, 1, TimeSpan.Zero)
        {
            Details = reason + " after 0.0 s of silence (0.001 s old, 0 answers)",
            Peer = Enum.Parse<WrongPeer>(peer),
        };

        Written(isQuiet: false, text => text.Add(foreign)).Should().Be($"connection to 127.0.0.1:5656 lost: {reason}{expected}\n");
    }

    [Theory]
    [InlineData(3, 0.3, 0.2, true)]  // a round that was skipped waited too
    [InlineData(2, 2.3, 0.2, true)]
    [InlineData(2, 0.3, 1.3, true)]
    [InlineData(2, 0.9, 0.9, false)] // nothing a reader would miss
    public void Times_from_when_rounds_were_due_are_shown_where_they_say_more(long count, double max, double mean, bool isShown) =>
        Written(isQuiet: true, text => text.End(
            _summary with { FromDue = new PingTimes(count, Ms(0.1), Ms(mean), Ms(0.2), null, Ms(max)) }, []))
            .Contains("from due", StringComparison.Ordinal).Should().Be(isShown);

    [Fact]
    public void Three_of_a_million_are_not_none() =>
        Written(isQuiet: true, text => text.End(_summary with { Rounds = 1_000_000, Answered = 999_997, Lost = 3 }, []))
            .Should().StartWith("1000000 sent, 999997 answered, 3 lost (0.0003%),");

    private static string Written(bool isQuiet, Action<PingText> write)
    {
        using MemoryStream output = new();
        PingTarget target = new("localhost:5656", "tcp", HasConnections: true);
        write(new PingText(output, _ => { }, new PingOptions(), target, isQuiet, stamps: false));
        return Encoding.UTF8.GetString(output.ToArray());
    }

    private static TimeSpan Ms(double milliseconds) => TimeSpan.FromMilliseconds(milliseconds);
}
