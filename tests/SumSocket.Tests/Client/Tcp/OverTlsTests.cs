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
