using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SumSocket.Tests.Server.Tcp;

/// <summary>A peer that does on the wire exactly what a test says, well or badly.</summary>
internal sealed class RawPeer : IDisposable
{
    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly StringBuilder _received = new();

    public RawPeer(Socket socket) => Socket = socket;

    public Socket Socket { get; }

    public static async Task<RawPeer> ConnectAsync(IPEndPoint server)
    {
        var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(server).WaitAsync(TestTimeout.Span);
        return new RawPeer(socket);
    }

    public Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    public async Task SendAsync(byte[] bytes)
    {
        for (int sent = 0; sent < bytes.Length;)
            sent += await Socket.SendAsync(bytes.AsMemory(sent), SocketFlags.None).AsTask().WaitAsync(TestTimeout.Span);
    }

    /// <summary>The next answer, without its newline.</summary>
    public async Task<string> ReceiveLineAsync()
    {
        while (true)
        {
            string text = _received.ToString();
            int end = text.IndexOf('\n', StringComparison.Ordinal);
            if (end >= 0)
            {
                _received.Remove(0, end + 1);
                return text[..end];
            }

            if (await ReceiveSomeAsync() == 0)
                throw new EndOfStreamException($"The stream ended behind '{text}'.");
        }
    }

    public async Task<string> AskAsync(string request)
    {
        await SendAsync(request);
        return await ReceiveLineAsync();
    }

    /// <summary>All that still comes, up to a clean end of the stream; a reset throws.</summary>
    public async Task<string> ReceiveToEndAsync()
    {
        while (await ReceiveSomeAsync() > 0)
        {
        }

        string text = _received.ToString();
        _received.Clear();
        return text;
    }

    public void EndSending() => Socket.Shutdown(SocketShutdown.Send);

    /// <summary>Closes with a reset.</summary>
    public void Reset()
    {
        Socket.LingerState = new LingerOption(true, 0);
        Socket.Dispose();
    }

    public void Dispose() => Socket.Dispose();

    private async Task<int> ReceiveSomeAsync()
    {
        int received = await Socket.ReceiveAsync(_buffer, SocketFlags.None).WaitAsync(TestTimeout.Span);
        _received.Append(Encoding.Latin1.GetString(_buffer, 0, received));
        return received;
    }
}
