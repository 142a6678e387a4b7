using Microsoft.Extensions.Logging;
using SumSocket.Server.Tcp;

namespace SumSocket.Tests.Server.Tcp;

/// <summary>Tests of what a server does the same over plain TCP and over TLS: a derived class runs them again.</summary>
public abstract class ServerTest
{
    private protected virtual bool Tls => false;

    private protected ServerUnderTest Start(
        Func<SumTcpServerOptions, SumTcpServerOptions>? change = null, LogLevel lowest = LogLevel.Information) =>
        ServerUnderTest.Start(change, lowest, Tls);

    /// <summary>Begins TLS on a peer that a test has connected itself, where the server has it.</summary>
    private protected Task<RawPeer> ReadyAsync(RawPeer peer) => Tls ? peer.StartTlsAsync() : Task.FromResult(peer);
}
