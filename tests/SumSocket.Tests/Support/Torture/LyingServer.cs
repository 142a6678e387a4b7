using System.Net;
using System.Net.Sockets;
using System.Text;
using SumSocket.Protocol;

namespace SumSocket.Tests;

/// <summary>What a <see cref="LyingServer"/> does instead of answering.</summary>
public enum Lie
{
    /// <summary>A sum that is too large by one.</summary>
    WrongSum,

    /// <summary>Each answer twice.</summary>
    TooMany,

    /// <summary>No answer to every other request.</summary>
    TooFew,

    /// <summary>Half an answer, and then nothing.</summary>
    Half,

    /// <summary>The answer, and some time later one that no request waits for.</summary>
    Unasked,

    /// <summary>10 MiB that are no answer.</summary>
    Garbage,

    /// <summary>10 MiB of white space, which may stand before an answer, and no answer.</summary>
    Space,

    /// <summary>An answer before the first request; then the right ones.</summary>
    Early,

    /// <summary>Half an answer, and the end of the stream.</summary>
    EndInside,

    /// <summary>Half an answer, and a reset.</summary>
    ResetInside,
}

/// <summary>A TCP server that speaks the protocol and breaks it.</summary>
internal sealed class LyingServer : IAsyncDisposable
{
    private const int GarbageSize = 10 * 1024 * 1024;

    private static readonly TimeSpan _later = TimeSpan.FromMilliseconds(30);

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _stop = new();
    private readonly Lie _lie;
    private readonly Task _running;

    public LyingServer(Lie lie)
    {
        _lie = lie;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        Port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
        _running = Task.Run(AcceptAsync);
    }

    public int Port { get; }

    /// <summary>How many connections were made to it.</summary>
    public int Connections { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        List<Task> served = [];
        try
        {
            while (true)
            {
                served.Add(ServeAsync(await _listener.AcceptAsync(_stop.Token)));
                Connections++;
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(served);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using (socket)
        {
            try
            {
                socket.NoDelay = true;
                if (_lie == Lie.Early)
                    await socket.SendAsync("{\"Sum\":11}\n"u8.ToArray(), _stop.Token);
                byte[] buffer = new byte[4096];
                RequestDecoder decoder = default;
                int number = 0;
                while (await socket.ReceiveAsync(buffer, _stop.Token) is > 0 and int received)
                {
                    foreach (Request request in Requests(buffer.AsSpan(0, received), ref decoder))
                        await LieAsync(socket, request.A + request.B, number++);
                }
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // The test is over, the client had enough, or this was the lie.
            }
        }
    }

    private async Task LieAsync(Socket socket, long sum, int number)
    {
        byte[] answer = Encoding.ASCII.GetBytes($"{{\"Sum\":{(_lie == Lie.WrongSum ? sum + 1 : sum)}}}\n");
        switch (_lie)
        {
            case Lie.TooFew when number % 2 == 0:
            case Lie.Half or Lie.EndInside or Lie.ResetInside when number > 0:
                break;
            case Lie.Half or Lie.EndInside or Lie.ResetInside:
                await socket.SendAsync(answer.AsMemory(0, answer.Length / 2), _stop.Token);
                if (_lie == Lie.EndInside)
                    socket.Shutdown(SocketShutdown.Send);
                else if (_lie == Lie.ResetInside)
                    socket.Close(0);
                break;
            case Lie.Garbage or Lie.Space:
                byte[] garbage = new byte[GarbageSize];
                Array.Fill(garbage, (byte)(_lie == Lie.Space ? ' ' : 'x'));
                await socket.SendAsync(garbage, _stop.Token);
                break;
            case Lie.TooMany:
                await socket.SendAsync((byte[])[.. answer, .. answer], _stop.Token);
                break;
            default:
                await socket.SendAsync(answer, _stop.Token);
                if (_lie != Lie.Unasked)
                    break;
                await Task.Delay(_later, _stop.Token);
                await socket.SendAsync(answer, _stop.Token);
                break;
        }
    }

    private static List<Request> Requests(ReadOnlySpan<byte> input, ref RequestDecoder decoder)
    {
        List<Request> requests = [];
        while (decoder.Decode(input, out int consumed, out Request request) == DecodeStatus.Message)
        {
            requests.Add(request);
            input = input[consumed..];
        }

        return requests;
    }
}
