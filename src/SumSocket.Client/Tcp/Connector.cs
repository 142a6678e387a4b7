using System.Net;
using System.Net.Sockets;
using SumSocket.Sockets;

namespace SumSocket.Client.Tcp;

/// <summary>
/// One attempt to connect: the name is resolved and its addresses are tried in order, all within the time for one attempt, of which each
/// address gets an equal share of what is left; so one that swallows packets does not use up the time of the others.
/// </summary>
internal static class Connector
{
    /// <summary>Never throws but when <paramref name="stop"/> was cancelled.</summary>
    public static async Task<ConnectResult> DialAsync(SumTcpClientOptions options, TimeProvider time, CancellationToken stop)
    {
        using var timeout = new CancellationTokenSource(options.ConnectTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, timeout.Token);
        IPEndPoint? tried = null;
        SocketError error = SocketError.HostNotFound;
        try
        {
            long start = time.GetTimestamp();
            IPAddress[] addresses = await HostName.ResolveAsync(options.Host, either.Token).ConfigureAwait(false);
            for (int i = 0; i < addresses.Length; i++)
            {
                tried = new IPEndPoint(addresses[i], options.Port);
                TimeSpan share = Share(options.ConnectTimeout, time.GetElapsedTime(start), addresses.Length - i);
                (Socket? socket, error) = await TryConnectAsync(tried, options, share, time, either.Token).ConfigureAwait(false);
                if (socket is not null)
                    return new ConnectResult(socket, tried, string.Empty, ConnectionCause.None);
            }
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            error = SocketError.TimedOut;
        }
        catch (SocketException failure)
        {
            error = failure.SocketErrorCode; // of the name: an address that fails is no exception here
        }
        catch (ArgumentException)
        {
            error = SocketError.HostNotFound; // what can be no name, one of 300 characters for example
        }

        return new ConnectResult(null, tried, SocketErrors.Describe(error), ConnectionCauses.Of(error));
    }

    private static TimeSpan Share(TimeSpan timeout, TimeSpan elapsed, int addresses) =>
        timeout == Timeout.InfiniteTimeSpan ? timeout
        : elapsed >= timeout ? TimeSpan.Zero
        : (timeout - elapsed) / addresses;

    private static async Task<(Socket? Socket, SocketError Error)> TryConnectAsync(
        IPEndPoint endPoint, SumTcpClientOptions options, TimeSpan share, TimeProvider time, CancellationToken stop)
    {
        using var timeout = new CancellationTokenSource(share, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, timeout.Token);
        Socket? socket = null;
        try
        {
            socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            TcpTuning.Apply(socket, options.KeepAlive, options.UserTimeout);
            await socket.ConnectAsync(endPoint, either.Token).ConfigureAwait(false);
            SocketErrors.ThrowIfConnectedToItself(socket, endPoint);
            socket.Blocking = false;
            return (socket, SocketError.Success);
        }
        catch (SocketException failure)
        {
            socket?.Dispose();
            return (null, failure.SocketErrorCode);
        }
        catch (OperationCanceledException)
        {
            socket?.Dispose(); // it may have connected all the same
            stop.ThrowIfCancellationRequested();
            return (null, SocketError.TimedOut);
        }
    }
}
