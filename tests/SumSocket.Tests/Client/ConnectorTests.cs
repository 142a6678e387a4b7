using System.Net;
using System.Net.Sockets;
using FluentAssertions;
using SumSocket.Client;
using Xunit;

namespace SumSocket.Tests.Client;

public sealed class ConnectorTests
{
    /// <summary>The kernel may give a socket the very port that it connects to, when no server has it. Here it has no choice.</summary>
    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task A_socket_that_is_connected_to_itself_is_no_connection()
    {
        using Socket reserved = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        reserved.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        int port = ((IPEndPoint)reserved.LocalEndPoint!).Port;
        reserved.Dispose();
        Connector connector = new("127.0.0.1", port, TestTimeout.Span, TimeProvider.System, family =>
        {
            Socket socket = new(family, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return socket;
        })
        {
            Prepare = _ => { },
        };

        ConnectResult result = await connector.ConnectAsync(preferIPv4: true, default);

        (result.IsConnected, result.Cause, result.Reason).Should().Be((false, ConnectionCause.Refused, "connection refused"));
    }
}
