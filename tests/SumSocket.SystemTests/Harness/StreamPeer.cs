using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SumSocket.SystemTests.Harness;

/// <summary>A peer that sends exactly the bytes it is given, when it is given them; a reset by the server is an exception here.</summary>
internal sealed class StreamPeer : IAsyncDisposable
{
    private const int BufferSize = 64 * 1024;

    private readonly Socket _socket;
    private readonly NetworkStream _stream;
    private readonly StreamReader _reader;

    private StreamPeer(Socket socket)
    {
        _socket = socket;
        _stream = new NetworkStream(socket, ownsSocket: true);
        _reader = new StreamReader(_stream, Encoding.ASCII);
    }

    /// <summary>Connects to a port of the loopback interface.</summary>
    public static async Task<StreamPeer> ConnectAsync(int port)
    {
        // Bounded buffers: left alone, the kernel takes megabytes from a peer that floods, and the test would measure those.
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true,
            SendBufferSize = BufferSize,
            ReceiveBufferSize = BufferSize,
        };
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
            return new StreamPeer(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends text as it is.</summary>
    public Task SendAsync(string text) => SendAsync(Encoding.ASCII.GetBytes(text));

    /// <summary>Sends bytes as they are.</summary>
    public async Task SendAsync(ReadOnlyMemory<byte> bytes) =>
        await _stream.WriteAsync(bytes, TestContext.Current.CancellationToken);

    /// <summary>Ends the sending side; reading goes on.</summary>
    public void EndSending() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>The next line; null at the clean end of the stream.</summary>
    public async Task<string?> ReadLineAsync() =>
        await Patience.ForAsync(_reader.ReadLineAsync(TestContext.Current.CancellationToken).AsTask(), "next line from the server");

    /// <summary>Everything up to the clean end of the stream.</summary>
    public async Task<string> ReadToEndAsync() =>
        await Patience.ForAsync(_reader.ReadToEndAsync(TestContext.Current.CancellationToken), "end of the stream from the server");

    /// <summary>Asks one sum and expects it.</summary>
    public async Task AskAsync(long a = 7, long b = 4)
    {
        await SendAsync($"{{\"A\":{a},\"B\":{b}}}");
        (await ReadLineAsync()).Should().Be($"{{\"Sum\":{a + b}}}");
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _reader.Dispose();
        return ValueTask.CompletedTask;
    }
}
