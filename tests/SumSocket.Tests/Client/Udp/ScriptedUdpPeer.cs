using System.Net;
using System.Net.Sockets;
using System.Text;
using FluentAssertions;
using SumSocket.Protocol;

namespace SumSocket.Tests.Client.Udp;

/// <summary>A peer that does nothing by itself: the test says what is read and answered.</summary>
internal sealed class ScriptedUdpPeer : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly byte[] _buffer = new byte[2048];
    private EndPoint _client = new IPEndPoint(IPAddress.Any, 0);

    /// <param name="port">0 for any free port; another only to come where no peer was before.</param>
    public ScriptedUdpPeer(int port = 0) => _socket.Bind(new IPEndPoint(IPAddress.Loopback, port));

    public int Port => ((IPEndPoint)_socket.LocalEndPoint!).Port;

    /// <summary>Whether a datagram has arrived. On loopback it has when its send returns.</summary>
    public bool HasRequest => _socket.Available > 0;

    /// <summary>A port that was free a moment ago, and that no process listens on.</summary>
    public static int UnusedPort()
    {
        using var peer = new ScriptedUdpPeer();
        return peer.Port;
    }

    public async Task<string> ReadTextAsync()
    {
        SocketReceiveFromResult received = await _socket.ReceiveFromAsync(_buffer, new IPEndPoint(IPAddress.Any, 0))
            .WaitAsync(TestTimeout.Span);
        _client = received.RemoteEndPoint;
        return Encoding.ASCII.GetString(_buffer, 0, received.ReceivedBytes);
    }

    public async Task<Request> ReadAsync()
    {
        string text = await ReadTextAsync();
        Datagram.TryRead(Encoding.ASCII.GetBytes(text), out Request request).Should().BeTrue(text);
        return request;
    }

    public async Task<List<Request>> ReadAsync(int count)
    {
        var requests = new List<Request>();
        while (requests.Count < count)
            requests.Add(await ReadAsync());
        return requests;
    }

    public void Send(string text) => Send(Encoding.ASCII.GetBytes(text));

    public void Send(byte[] datagram) => _socket.SendTo(datagram, _client);

    /// <summary>Answers one request rightly.</summary>
    public void Answer(Request request) => Send(AnswerTo(request));

    public static string AnswerTo(Request request) =>
        $$"""{"Sum":{{unchecked(request.A + request.B)}}{{(request.Id is { } id ? $",\"Id\":{id}" : "")}}}""" + "\n";

    public void Dispose() => _socket.Dispose();
}
