namespace SumSocket.Tests.Server.Tcp;

/// <summary>Over TLS peers get the same answers, and streams end the same.</summary>
// rule S1, rule S5
public sealed class AnswerOverTlsTests : AnswerTests
{
    private protected override bool Tls => true;
}

/// <summary>Over TLS the same deadlines end a connection the same way.</summary>
public sealed class DeadlineOverTlsTests : DeadlineTests
{
    private protected override bool Tls => true;
}

/// <summary>Over TLS a server drains the same.</summary>
public sealed class DrainOverTlsTests : DrainTests
{
    private protected override bool Tls => true;
}

/// <summary>Over TLS the same peers are let in.</summary>
public sealed class AcceptOverTlsTests : AcceptTests
{
    private protected override bool Tls => true;
}

/// <summary>A PROXY header comes ahead of the handshake.</summary>
public sealed class ProxyOverTlsTests : ProxyTests
{
    private protected override bool Tls => true;
}

/// <summary>Over TLS answers are held back the same.</summary>
public sealed class DelayOverTlsTests : DelayTests
{
    private protected override bool Tls => true;
}

/// <summary>Over TLS a server reports that too.</summary>
public sealed class PathOverTlsTests : PathTests
{
    private protected override bool Tls => true;
}

/// <summary>Over TLS room is made the same.</summary>
public sealed class EvictionOverTlsTests : EvictionTests
{
    private protected override bool Tls => true;
}
