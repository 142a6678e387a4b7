using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SumSocket.SystemTests.Harness;

/// <summary>A server that answers each read with whatever a test says, for the answers that the real one never gives.</summary>
internal sealed class AnsweringServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<string, string?> _answer;
    private readonly Task _accepting;

    private AnsweringServer(Func<string, string?> answer)
    {
        _answer = answer;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    /// <summary>The port it listens on.</summary>
    public int Port { get; }

    /// <summary>Starts it with what it says to each read; null says nothing.</summary>
    public static AnsweringServer Start(Func<string, string?> answer) => new(answer);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting;
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        List<Task> served = [];
        try
        {
            while (true)
                served.Add(ServeAsync(await _listener.AcceptSocketAsync(_stop.Token)));
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
            byte[] buffer = new byte[4096];
            try
            {
                while (await socket.ReceiveAsync(buffer, _stop.Token) is > 0 and int received)
                {
                    if (_answer(Encoding.UTF8.GetString(buffer, 0, received)) is { } answer)
                        await socket.SendAsync(Encoding.UTF8.GetBytes(answer), _stop.Token);
                }
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException)
            {
                // The test is over, or the client had enough.
            }
        }
    }
}
