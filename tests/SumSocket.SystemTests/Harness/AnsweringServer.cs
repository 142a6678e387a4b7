using System.Net.Sockets;
using System.Text;
using SumSocket.Tests;

namespace SumSocket.SystemTests.Harness;

/// <summary>A server that answers each read with whatever a test says, for the answers that the real one never gives.</summary>
internal sealed class AnsweringServer : StreamServer
{
    private readonly Func<string, string?> _answer;

    private AnsweringServer(Func<string, string?> answer)
    {
        _answer = answer;
        Accept();
    }

    /// <summary>Starts it with what it says to each read; null says nothing.</summary>
    public static AnsweringServer Start(Func<string, string?> answer) => new(answer);

    protected override async Task ServeAsync(Socket socket)
    {
        byte[] buffer = new byte[4096];
        while (await socket.ReceiveAsync(buffer, Stopping) is > 0 and int received)
        {
            if (_answer(Encoding.UTF8.GetString(buffer, 0, received)) is { } answer)
                await socket.SendAsync(Encoding.UTF8.GetBytes(answer), Stopping);
        }
    }
}
