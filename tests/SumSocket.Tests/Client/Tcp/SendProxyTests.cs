using System.Net;
using FluentAssertions;
using SumSocket.Client.Tcp;
using SumSocket.Server.Tcp;
using SumSocket.Tests.Server.Tcp;
using Xunit;

namespace SumSocket.Tests.Client.Tcp;

/// <summary>A client that names its own address, as a proxy would.</summary>
public sealed class SendProxyTests
{
    private const int Forwarded = 123;

    [Theory(Timeout = TestTimeout.Milliseconds)]
    [InlineData(ProxyVersion.V1, false)]
    [InlineData(ProxyVersion.V2, false)]
    [InlineData(ProxyVersion.V1, true)]
    [InlineData(ProxyVersion.V2, true)]
    public async Task Sends_the_header_ahead_of_everything_else(ProxyVersion version, bool tls)
    {
        await using ServerUnderTest server = ServerUnderTest.Start(
            o => o with { Proxy = new ProxyServerOptions { Senders = [IPNetwork.Parse("127.0.0.0/8")] } }, tls: tls);
        await using SumTcpClient client = new(new SumTcpClientOptions
        {
            Port = server.EndPoint.Port,
            SendProxy = version,
            Tls = tls ? new TlsClientOptions { ServerName = "localhost", Authorities = [TestCertificates.Authority] } : null,
        });

        (await client.SumAsync(7, 4, TestContext.Current.CancellationToken)).Sum.Should().Be(11);

        LogEntry opened = await server.Log.NextAsync(Forwarded);
        opened["Peer"]!.ToString().Should().Be(opened["Proxy"]!.ToString(), "it names its own address");
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Without_it_such_a_server_refuses_the_client()
    {
        await using ServerUnderTest server = ServerUnderTest.Start(
            o => o with { Proxy = new ProxyServerOptions { Senders = [IPNetwork.Parse("127.0.0.0/8")] } });
        await using SumTcpClient client = new(new SumTcpClientOptions { Port = server.EndPoint.Port, ResendLost = false });

        (await client.SumAsync(7, 4, TestContext.Current.CancellationToken)).IsSum.Should().BeFalse();
    }
}
