using FluentAssertions;
using SumSocket.Client;
using SumSocket.Client.Tcp;
using Xunit;

namespace SumSocket.Tests.Client.Tcp;

/// <summary>Over TLS requests are pipelined the same.</summary>
// rule S1
public sealed class PipeliningOverTlsTests : PipeliningTests
{
    private protected override bool Tls => true;
}

/// <summary>Over TLS a lost connection is replaced the same.</summary>
// rule S1
public sealed class LostConnectionOverTlsTests : LostConnectionTests
{
    private protected override bool Tls => true;
}

/// <summary>Over TLS the same deadlines end a request the same way.</summary>
// rule S1
public sealed class DeadlineOverTlsTests : DeadlineTests
{
    private protected override bool Tls => true;
}

/// <summary>Over TLS an end with close_notify is one in order.</summary>
// rule S5
public sealed class RetryOverTlsTests : RetryTests
{
    private protected override bool Tls => true;

    // rule S6
    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Sends_nothing_again_after_an_end_that_was_not_announced()
    {
        SumTcpClient client = NewClient(options => options with { ResendLost = false });
        ScriptedPeer peer = await OpenAsync(client);
        Task<SumResult> pending = Ask(client, 1, 0);
        await peer.ReadRequestsAsync(1);
        peer.CloseBare();

        (await pending).Should().Be(new SumResult(SumOutcome.OutcomeUnknown));
    }
}
