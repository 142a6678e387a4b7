using System.Net;
using System.Net.Sockets;
using SumSocket.Sockets;

namespace SumSocket.Tests.Server.Tcp;

/// <summary>A real connection of which some calls fail, as no kernel does on demand.</summary>
internal sealed class FailingTransport(PlainTransport inner) : ITransport
{
    /// <summary>What a send fails with; null for nothing.</summary>
    public Exception? OfSend { get; set; }

    /// <summary>What a look at what has been received fails with; null for nothing.</summary>
    public Exception? OfAvailable { get; set; }

    public EndPoint? RemoteEndPoint => inner.RemoteEndPoint;

    public PlainTransport Bare => inner;

    public string? TlsSession => inner.TlsSession;

    public int Available => OfAvailable is null ? inner.Available : throw OfAvailable;

    public bool IsCut => inner.IsCut;

    public void Attach(ITransportHandler handler) => inner.Attach(handler);

    public bool BeginReceive(out int received, out SocketError error) => inner.BeginReceive(out received, out error);

    public int TryReceive(Memory<byte> buffer) => inner.TryReceive(buffer);

    public ValueTask<int> ReceiveAsync(Memory<byte> buffer) => inner.ReceiveAsync(buffer);

    public int TrySend(ReadOnlyMemory<byte> bytes) => OfSend is null ? inner.TrySend(bytes) : throw OfSend;

    public ValueTask SendAsync(ReadOnlyMemory<byte> bytes) => inner.SendAsync(bytes);

    public void EndSending() => inner.EndSending();

    public void EndReceiving() => inner.EndReceiving();

    public void Abort() => inner.Abort();

    public TcpInfo? ReadTcpInfo() => inner.ReadTcpInfo();

    public void Dispose() => inner.Dispose();
}
