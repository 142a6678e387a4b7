using FluentAssertions;
using SumSocket.Client;
using SumSocket.Client.Tcp;
using SumSocket.Protocol;
using Xunit;

namespace SumSocket.Tests.Client.Tcp;

public sealed class AnswerTests : ClientTest
{
    private const long Max = long.MaxValue;
    private const long Min = long.MinValue;

    [Theory(Timeout = TestTimeout.Milliseconds)]
    [InlineData(7, 4, """{"Sum":11}""", SumOutcome.Sum, 11, ErrorCode.None)]
    [InlineData(Max, Min, """{"Sum":-1}""", SumOutcome.Sum, -1, ErrorCode.None)]
    [InlineData(7, 4, """{"Sum":12}""", SumOutcome.WrongAnswer, 12, ErrorCode.None)]
    [InlineData(Max, 1, """{"Error":"overflow"}""", SumOutcome.ServerError, 0, ErrorCode.Overflow)]
    [InlineData(Min, -1, """{"Error":"overflow"}""", SumOutcome.ServerError, 0, ErrorCode.Overflow)]
    [InlineData(Max, 0, """{"Error":"overflow"}""", SumOutcome.WrongAnswer, 0, ErrorCode.Overflow)]
    [InlineData(Max, 1, """{"Sum":-9223372036854775808}""", SumOutcome.WrongAnswer, Min, ErrorCode.None)]
    [InlineData(7, 4, """{"Error":"missing_member","Message":"A is missing"}""", SumOutcome.ServerError, 0, ErrorCode.MissingMember)]
    [InlineData(7, 4, """{"Error":"of_tomorrow"}""", SumOutcome.ServerError, 0, ErrorCode.Unknown)]
    public async Task Checks_an_answer_when_the_options_say_so(long a, long b, string answer, SumOutcome outcome, long sum, ErrorCode error)
    {
        SumTcpClient client = NewClient(options => options with { VerifySums = true });
        Task<SumResult> pending = Ask(client, a, b);
        ScriptedPeer peer = await Server.AcceptAsync();
        (await peer.ReadRequestAsync()).Should().Be(new Request(a, b));
        await peer.SendAsync(answer);

        (await pending).Should().Be(new SumResult(outcome, sum, error));
    }

    [Theory(Timeout = TestTimeout.Milliseconds)]
    [InlineData("""{"Sum":12}""", SumOutcome.Sum, 12)]
    [InlineData("""{"Error":"overflow"}""", SumOutcome.ServerError, 0)]
    public async Task Passes_an_answer_on_unchecked_by_default(string answer, SumOutcome outcome, long sum)
    {
        SumTcpClient client = NewClient();
        Task<SumResult> pending = Ask(client, 7, 4);
        ScriptedPeer peer = await Server.AcceptAsync();
        await peer.ReadRequestAsync();
        await peer.SendAsync(answer);

        SumResult result = await pending;
        (result.Outcome, result.Sum).Should().Be((outcome, sum));
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Keeps_the_connection_after_an_error_that_concerns_one_request()
    {
        SumTcpClient client = NewClient();
        ScriptedPeer peer = await OpenAsync(client);
        Task<SumResult> overflowing = Ask(client, Max, 1);
        Task<SumResult> next = Ask(client, 2, 3);
        await peer.ReadRequestsAsync(2);
        await peer.SendAsync("""{"Error":"overflow","Message":"A + B is outside the 64-bit range"}{"Sum":5}""");

        (await overflowing).Should().Be(new SumResult(SumOutcome.ServerError, 0, ErrorCode.Overflow));
        (await next).Should().Be(new SumResult(SumOutcome.Sum, 5));
        HasEvent.Should().BeFalse();
    }
}
