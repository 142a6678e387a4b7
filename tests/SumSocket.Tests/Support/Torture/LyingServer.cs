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
internal sealed class LyingServer : StreamServer
{
    private const int GarbageSize = 10 * 1024 * 1024;

    private static readonly TimeSpan _later = TimeSpan.FromMilliseconds(30);

    private readonly Lie _lie;

    public LyingServer(Lie lie)
    {
        _lie = lie;
        Accept();
    }

    protected override async Task ServeAsync(Socket socket)
    {
        socket.NoDelay = true;
        if (_lie == Lie.Early)
            await socket.SendAsync("{\"Sum\":11}\n"u8.ToArray(), Stopping);
        byte[] buffer = new byte[4096];
        RequestDecoder decoder = default;
        int number = 0;
        while (await socket.ReceiveAsync(buffer, Stopping) is > 0 and int received)
        {
            foreach (Request request in Requests(buffer.AsSpan(0, received), ref decoder))
                await LieAsync(socket, request.A + request.B, number++);
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
                await socket.SendAsync(answer.AsMemory(0, answer.Length / 2), Stopping);
                if (_lie == Lie.EndInside)
                    socket.Shutdown(SocketShutdown.Send);
                else if (_lie == Lie.ResetInside)
                    socket.Close(0);
                break;
            case Lie.Garbage or Lie.Space:
                byte[] garbage = new byte[GarbageSize];
                Array.Fill(garbage, (byte)(_lie == Lie.Space ? ' ' : 'x'));
                await socket.SendAsync(garbage, Stopping);
                break;
            case Lie.TooMany:
                await socket.SendAsync((byte[])[.. answer, .. answer], Stopping);
                break;
            default:
                await socket.SendAsync(answer, Stopping);
                if (_lie != Lie.Unasked)
                    break;
                await Task.Delay(_later, Stopping);
                await socket.SendAsync(answer, Stopping);
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
