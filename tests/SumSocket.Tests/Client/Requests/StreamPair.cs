using System.Net;
using System.Net.Sockets;
using SumSocket.Client.Requests;
using SumSocket.Client.Tcp;
using SumSocket.Protocol;
using SumSocket.Sockets;

namespace SumSocket.Tests.Client.Requests;

/// <summary>A pair whose path is a stream: everything arrives in order, until the test cuts it.</summary>
internal sealed class StreamPair(SumTcpClientOptions options, int seed = 1) : Pair(options.ToCore(), seed)
{
    private readonly SumTcpClientOptions _options = options;
    private volatile Connection? _current;

    /// <summary>How many connections were made.</summary>
    public int Connections { get; private set; }

    /// <summary>Resets the connection: what is on the path is lost.</summary>
    public void Cut() => _current?.Break(SocketError.ConnectionReset);

    protected override Channel Open(ChannelContext context)
    {
        byte[] buffer = new byte[1024];
        Connections++;
        _current = new Connection(this, buffer);
        return new TcpChannel(_current, Server, _options, context) { ReceiveBuffer = buffer };
    }

    protected override void Receive(Channel channel)
    {
        TcpReceiver receiver = new((TcpChannel)channel, Core);
        ((TcpChannel)channel).Transport.Attach(receiver);
        receiver.Execute();
    }

    /// <summary>One connection, and the server at its other end.</summary>
    private sealed class Connection(StreamPair pair, byte[] buffer) : ITransport
    {
        private readonly Queue<byte[]> _arrived = new();
        private readonly Lock _lock = new();
        private ITransportHandler? _handler;
        private RequestDecoder _decoder;
        private SocketError? _end;
        private bool _isPending;
        private long _lastDue;

        public EndPoint? RemoteEndPoint => Server;

        public PlainTransport Bare { get; } = new(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));

        public string? TlsSession => null;

        public int Available => 0;

        public void Attach(ITransportHandler handler) => _handler = handler;

        public bool BeginReceive(out int received, out SocketError error)
        {
            lock (_lock)
                return _isPending = !TryTake(out received, out error);
        }

        public bool IsCut => false;

        public int TrySend(ReadOnlyMemory<byte> memory)
        {
            ReadOnlySpan<byte> bytes = memory.Span;
            int length = bytes.Length;
            lock (_lock)
            {
                if (_end is not null)
                    throw new SocketException((int)SocketError.ConnectionReset);
                while (!bytes.IsEmpty && _decoder.Decode(bytes, out int consumed, out Request request) == DecodeStatus.Message)
                {
                    bytes = bytes[consumed..];
                    if (!pair.Chance(pair.Loss))
                        _lastDue = pair.Travel(() => Arrive(pair.Answer(request)), _lastDue); // both directions in one
                }
            }

            return length;
        }

        public ValueTask SendAsync(ReadOnlyMemory<byte> bytes) => throw new NotSupportedException("TrySend takes everything.");

        public int TryReceive(Memory<byte> bytes) => throw new NotSupportedException();

        public ValueTask<int> ReceiveAsync(Memory<byte> bytes) => throw new NotSupportedException();

        public void EndSending()
        {
        }

        public void EndReceiving() => Break(SocketError.Success);

        public void Abort() => Break(SocketError.ConnectionReset);

        public TcpInfo? ReadTcpInfo() => null;

        public void Dispose() => Bare.Dispose();

        public void Break(SocketError error)
        {
            lock (_lock)
                _end ??= error;
            Complete();
        }

        private void Arrive(byte[] bytes)
        {
            lock (_lock)
            {
                if (_end is null)
                    _arrived.Enqueue(bytes);
            }

            Complete();
        }

        private void Complete()
        {
            int received;
            SocketError error;
            lock (_lock)
            {
                if (!_isPending || !TryTake(out received, out error))
                    return;
                _isPending = false;
            }

            _handler!.OnReceived(received, error);
        }

        private bool TryTake(out int received, out SocketError error)
        {
            (received, error) = (0, _end ?? SocketError.Success);
            if (_end is not null)
                return true;
            if (!_arrived.TryDequeue(out byte[]? bytes))
                return false;
            bytes.CopyTo(buffer, 0);
            received = bytes.Length;
            return true;
        }
    }
}
