using System.Net.Sockets;

namespace SumSocket.Lab.Models;

/// <summary>A connection that is served when the kernel says that it is ready. It must keep what could not be sent, and its
/// place.</summary>
internal sealed class ReadyPeer : IDisposable
{
    private static readonly byte[] _input = new byte[Answers.InputLength]; // one for all: there is one thread

    private readonly Socket _socket;
    private readonly Answers _answers = new();
    private readonly byte[] _output = new byte[Answers.OutputLength];
    private int _sent, _length;

    public ReadyPeer(Socket socket)
    {
        (_socket, socket.Blocking, socket.NoDelay) = (socket, false, true);
        Descriptor = (int)socket.Handle;
    }

    public int Descriptor { get; }

    /// <summary>Whether it waits for room to send, and not for requests: that is the back-pressure.</summary>
    public bool WaitsForRoom => _sent < _length;

    /// <summary>Does what can be done without waiting.</summary>
    /// <returns>False when the connection is over.</returns>
    public bool Go()
    {
        if (!WaitsForRoom)
        {
            int received = _socket.Receive(_input, SocketFlags.None, out SocketError error);
            if (error == SocketError.WouldBlock)
                return true;
            _sent = 0;
            _length = received > 0 ? _answers.Write(_input.AsSpan(0, received), _output) : -1;
            if (_length < 0)
                return false;
        }

        _sent += _socket.Send(_output, _sent, _length - _sent, SocketFlags.None, out SocketError refused);
        return refused is SocketError.Success or SocketError.WouldBlock;
    }

    public void Dispose() => _socket.Dispose();
}
