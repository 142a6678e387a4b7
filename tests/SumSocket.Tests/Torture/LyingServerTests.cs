using FluentAssertions;
using SumSocket.Client;
using SumSocket.Client.Tcp;
using Xunit;
using static SumSocket.Client.SumOutcome;

namespace SumSocket.Tests.Torture;

/// <summary>The client against servers that break the protocol: no wrong sum is ever handed out as a right one, and every request
/// ends.</summary>
public sealed class LyingServerTests
{
    private const int Requests = 12;

    private static readonly TimeSpan _timeout = TimeSpan.FromMilliseconds(200);

    [Theory(Timeout = TestTimeout.Milliseconds)]
    [InlineData(Lie.WrongSum, WrongAnswer)]
    [InlineData(Lie.TooMany, Sum, WrongAnswer)] // what comes doubled may be taken for the next answer
    [InlineData(Lie.TooFew, WrongAnswer)]
    [InlineData(Lie.Half)]
    [InlineData(Lie.Unasked, Sum, WrongAnswer)]
    [InlineData(Lie.Garbage)]
    [InlineData(Lie.Space)]
    [InlineData(Lie.Early, Sum, WrongAnswer)]
    [InlineData(Lie.EndInside)]
    [InlineData(Lie.ResetInside)]
    public async Task Hands_out_no_wrong_sum(Lie lie, params SumOutcome[] answers)
    {
        await using LyingServer server = new(lie);
        await using SumTcpClient client = new(new SumTcpClientOptions
        {
            Port = server.Port,
            RequestTimeout = _timeout,
            VerifySums = true,
            ResendLost = false,
            InitialBackOff = TimeSpan.FromMilliseconds(2),
            MaxBackOff = TimeSpan.FromMilliseconds(5),
        });
        List<SumResult> results = [];
        for (int i = 0; i < Requests; i += 2)
        {
            Task<SumResult>[] pair = [client.SumAsync(i, 1000).AsTask(), client.SumAsync(i + 1, 1000).AsTask()];
            results.AddRange(await Task.WhenAll(pair));
        }

        TestContext.Current.TestOutputHelper?.WriteLine(string.Join('\n', results));
        results.Select(result => result.Outcome).Should().BeSubsetOf([TimedOut, OutcomeUnknown, NotSent, .. answers]);
        for (int i = 0; i < Requests; i++)
            (results[i].Outcome != Sum || results[i].Sum == i + 1000).Should().BeTrue();
    }
}
