using System.Net.Sockets;
using FluentAssertions;
using SumSocket.Client.Tcp;
using SumSocket.Protocol;
using Xunit;

namespace SumSocket.Tests.Client.Tcp;

public sealed class ProbeResultTests
{
    [Theory]
    [InlineData("Answered", "answered", false)]
    [InlineData("NoAnswer", "no answer in time", false)]
    [InlineData("Ended", "closed by peer", true)]
    [InlineData("EndedInAnswer", "closed by peer inside an answer", true)]
    [InlineData("EndedUnannounced", "closed without close_notify", true)]
    [InlineData("Reset", "reset by peer", true)]
    [InlineData("Failed", "timed out", true)]
    [InlineData("Foreign", "not a sum server", true)]
    [InlineData("Closed", "closed here", true)]
    public void Each_outcome_has_words_and_all_but_two_are_an_end(string outcome, string words, bool isEnd)
    {
        ProbeResult result = new(Enum.Parse<ProbeOutcome>(outcome), 0) { Error = SocketError.TimedOut };

        (result.Describe(), result.IsEnd).Should().Be((words, isEnd));
    }

    [Fact]
    public void An_error_of_the_server_and_a_failure_without_a_code_have_words_of_their_own()
    {
        ProbeResult refused = new(ProbeOutcome.Answered, 0) { Response = new Response(0, Error: ErrorCode.Busy) };

        (refused.Describe(), refused.IsSum).Should().Be(("server said busy", false));
        new ProbeResult(ProbeOutcome.Failed, 0) { Error = SocketError.SocketError }.Describe().Should().Be("given up by the kernel");
    }
}
