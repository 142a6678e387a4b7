using System.Net;
using System.Net.Sockets;
using SumSocket.Protocol;

namespace SumSocket.Tests.Client.Tcp;

/// <summary>
/// Answers every request rightly, all of a receive in one send, and allocates nothing doing so. On request it kills connections at random,
/// before, between and inside answers.
/// </summary>
internal sealed class FloodServer : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Random? _deadly;
    private readonly List<Socket> _open = [];
    private readonly Task _loop;

    /// <param name="deadly">Decides when to kill a connection; null for never.</param>
    public FloodServer(Random? deadly = null)
    {
        _deadly = deadly;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        Port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
        _loop = Task.Run(AcceptAsync);
    }

    public int Port { get; }

    public int Connections { get; private set; }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        lock (_open)
            _open.ForEach(static socket => socket.Dispose());
        await _loop;
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
            {
                Socket socket = await _listener.AcceptAsync();
                socket.NoDelay = true;
                lock (_open)
                    _open.Add(socket);
                Connections++;
                serving.Add(ServeAsync(socket));
            }
        }
        catch (SocketException)
        {
            await Task.WhenAll(serving); // the listener was closed
        }
        catch (ObjectDisposedException)
        {
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        byte[] input = new byte[16 * 1024];
        byte[] output = new byte[input.Length * 8];
        var decoder = default(RequestDecoder);
        long answeredBeforeDeath = _deadly?.Next(2000) ?? long.MaxValue;
        try
        {
            int received;
            while ((received = await socket.ReceiveAsync(input.AsMemory()).ConfigureAwait(false)) > 0)
            {
                int length = Answer(input.AsSpan(0, received), ref decoder, output, ref answeredBeforeDeath);
                bool dies = answeredBeforeDeath <= 0;
                if (dies)
                    length = _deadly!.Next(length + 1);
                for (int sent = 0; sent < length;)
                    sent += await socket.SendAsync(output.AsMemory(sent, length - sent)).ConfigureAwait(false);
                if (!dies)
                    continue;
                if (_deadly!.Next(2) == 0)
                    socket.Close(0); // with a reset
                return;
            }
        }
        catch (SocketException)
        {
        }
        catch (ObjectDisposedException)
        {
        }
        finally
        {
            socket.Dispose();
            lock (_open)
                _open.Remove(socket);
        }
    }

    private static int Answer(ReadOnlySpan<byte> input, ref RequestDecoder decoder, Span<byte> output, ref long left)
    {
        int length = 0;
        while (decoder.Decode(input, out int consumed, out Request request) == DecodeStatus.Message)
        {
            input = input[consumed..];
            length += MessageWriter.WriteSum(output[length..], request.A + request.B, request.Id);
            left--;
        }

        return length;
    }
}
