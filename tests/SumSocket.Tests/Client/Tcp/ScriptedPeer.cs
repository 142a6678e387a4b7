using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using SumSocket.Protocol;
using Xunit;

namespace SumSocket.Tests.Client.Tcp;

/// <summary>The server's end of one connection, in the test's hands.</summary>
internal sealed class ScriptedPeer(Socket socket, SslStream? tls = null)
{
    private readonly byte[] _buffer = new byte[64 * 1024];
    private RequestDecoder _decoder;
    private int _start;
    private int _end;

    /// <summary>What one read returns, at most 256 bytes, as the original Go server reads; empty at the end of the stream.</summary>
    public async Task<string> ReadOnceAsync() =>
        Encoding.ASCII.GetString(_buffer, 0, await ReceiveAsync(_buffer.AsMemory(0, 256)));

    /// <summary>The next request; null at the end of the stream.</summary>
    public async Task<Request?> ReadRequestAsync()
    {
        while (true)
        {
            DecodeStatus status = _decoder.Decode(_buffer.AsSpan(_start, _end - _start), out int consumed, out Request request);
            _start += consumed;
            if (status == DecodeStatus.Message)
            {
                while (_start < _end && _buffer[_start] == '\n')
                    _start++;
                return request;
            }

            if (status != DecodeStatus.NeedMore)
                throw new InvalidOperationException($"the client sent what is no request: {_decoder.Error}");
            (_start, _end) = (0, await ReceiveAsync(_buffer));
            if (_end == 0)
                return null;
        }
    }

    public async Task<List<Request>> ReadRequestsAsync(int count)
    {
        var requests = new List<Request>(count);
        while (requests.Count < count)
            requests.Add(
                await ReadRequestAsync() ?? throw new EndOfStreamException($"the client sent {requests.Count} of {count} requests"));
        return requests;
    }

    /// <summary>Reads on until the client has shut its side down, or reset the connection.</summary>
    public async Task ReadToEndAsync()
    {
        try
        {
            while (await ReadRequestAsync() is not null)
            {
            }
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
        }
    }

    /// <summary>How many bytes of further requests have arrived.</summary>
    public int Unread => _end - _start + socket.Available;

    public Task SendAsync(string text) => SendAsync(Encoding.ASCII.GetBytes(text));

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        if (tls is not null)
        {
            await tls.WriteAsync(bytes);
            return;
        }

        while (!bytes.IsEmpty)
            bytes = bytes[await socket.SendAsync(bytes)..];
    }

    /// <summary>Answers one request rightly.</summary>
    public Task AnswerAsync(Request request) => SendAsync($$"""{"Sum":{{request.A + request.B}}}""" + "\n");

    /// <summary>Reads one request and answers it.</summary>
    public async Task ServeAsync(int count = 1)
    {
        for (int i = 0; i < count; i++)
            await AnswerAsync((await ReadRequestsAsync(1))[0]);
    }

    public void ShutdownSend()
    {
        tls?.ShutdownAsync().Wait(TestTimeout.Span);
        socket.Shutdown(SocketShutdown.Send);
    }

    /// <summary>Ends the TCP connection below TLS.</summary>
    public void CloseBare() => socket.Dispose();

    public void Close()
    {
        if (tls is not null)
            Record.Exception(() => tls.ShutdownAsync().Wait(TestTimeout.Span));
        socket.Dispose();
    }

    /// <summary>Closes so that the client gets a reset.</summary>
    public void Reset() => socket.Close(0);

    private async ValueTask<int> ReceiveAsync(Memory<byte> buffer) =>
        tls is null ? await socket.ReceiveAsync(buffer) : await tls.ReadAsync(buffer);
}
