using System.Net;
using System.Net.Sockets;

namespace SumSocket.Tests;

/// <summary>A TCP server on a free port of the loopback interface, for what the real one never does.</summary>
internal abstract class StreamServer : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _stop = new();
    private Task _accepting = Task.CompletedTask;

    protected StreamServer()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        Port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
    }

    /// <summary>The port it listens on.</summary>
    public int Port { get; }

    /// <summary>How many connections were made to it.</summary>
    public int Connections { get; private set; }

    /// <summary>Cancelled when the test is over.</summary>
    protected CancellationToken Stopping => _stop.Token;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting;
        _listener.Dispose();
        _stop.Dispose();
    }

    /// <summary>Accepts from now on.</summary>
    protected void Accept() => _accepting = Task.Run(AcceptAsync);

    /// <summary>Serves one connection, which is closed behind it. That the peer or the test has ended is no failure.</summary>
    protected abstract Task ServeAsync(Socket socket);

    private async Task AcceptAsync()
    {
        List<Task> served = [];
        try
        {
            while (true)
            {
                served.Add(ServeToEndAsync(await _listener.AcceptAsync(Stopping)));
                Connections++;
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(served);
        }
    }

    private async Task ServeToEndAsync(Socket socket)
    {
        using (socket)
        {
            try
            {
                await ServeAsync(socket);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // The test is over, the client had enough, or the server itself.
            }
        }
    }
}
