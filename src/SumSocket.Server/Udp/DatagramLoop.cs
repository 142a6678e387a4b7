using System.Numerics;

namespace SumSocket.Server.Udp;

/// <summary>Receives and answers on one socket, on a thread of its own: with one peer indistinguishable from the next there is nothing to
/// wait for but the next datagram, and a blocking receive costs half of an asynchronous one. No error ends the loop.</summary>
/// <param name="socket">Bound and not connected, so that ICMP reports about one peer do not fail a receive.</param>
/// <param name="options">Those of the server.</param>
/// <param name="delayed">Where answers are held back.</param>
/// <param name="counts">Where each datagram is counted.</param>
/// <param name="log">Where failures go, and with debug level every datagram.</param>
internal sealed class DatagramLoop(
    Socket socket, SumUdpServerOptions options, DelayedAnswers delayed, DatagramCounts counts, ILogger log)
{
    /// <summary>More than a datagram may have, so that one that is cut off to fit is seen to be too long.</summary>
    private const int ReceiveSize = 2048;

    /// <summary>A stop answers what is in the queue, and a flood would refill it for ever.</summary>
    private const int MaxLastDatagrams = 65_536;

    /// <summary>A receive that fails this often in a row fails for a reason that lasts: each further one costs a pause.</summary>
    private const int FailuresBeforePause = 100;

    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(10);

    private readonly DatagramSocket _datagrams = new(socket);
    private readonly IPEndPoint _local = (IPEndPoint)socket.LocalEndPoint!;
    private readonly bool _isShared = options.Sockets.Count > 0; // another process holds the socket too, and goes on with it
    private readonly bool _logsEach = log.IsEnabled(LogLevel.Debug);
    private volatile bool _isStopping;
    private long _failures;
    private int _failuresInARow;

    /// <summary>Receives until <see cref="Stop"/>, then what is still in the queue.</summary>
    public void Run()
    {
        byte[] datagram = GC.AllocateUninitializedArray<byte>(ReceiveSize, pinned: true);
        byte[] answer = GC.AllocateUninitializedArray<byte>(MessageWriter.MaxResponseLength, pinned: true);
        var peer = new DatagramOrigin(socket.AddressFamily);
        while (!_isStopping)
            Turn(datagram, answer, peer);
        for (int i = 0; i < MaxLastDatagrams && socket.Poll(0, SelectMode.SelectRead) && Turn(datagram, answer, peer); i++)
        {
        }
    }

    /// <summary>Wakes the receive so that the loop ends; closing the socket would do that too, and lose its queue.</summary>
    public void Stop()
    {
        _isStopping = true;
        if (!_isShared && LinuxOnly.TryEndReceiving(socket)) // it would end receiving for the others as well, for good
            return;
        IPAddress self = _local.Address.Equals(IPAddress.Any) ? IPAddress.Loopback
            : _local.Address.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback
            : _local.Address;
        try
        {
            socket.SendTo([], new IPEndPoint(self, _local.Port)); // a datagram to itself
        }
        catch (SocketException)
        {
            // Then its queue is full, and it is awake already; or its address is gone, and it is closed after a while.
        }
    }

    /// <returns>False when it was woken by the stop and not by a datagram.</returns>
    private bool Turn(Span<byte> buffer, Span<byte> answer, DatagramOrigin peer)
    {
        int received;
        try
        {
            received = _datagrams.Receive(buffer, peer);
        }
        catch (SocketException e)
        {
            // On Windows, for example, an ICMP report about an earlier answer.
            if (BitOperations.IsPow2(++_failures) && !_isStopping)
                SumUdpServerLog.ReceiveFailed(log, _failures, Counted.Noun(_failures, "time"), SocketErrors.Describe(e.SocketErrorCode));
            if (++_failuresInARow > FailuresBeforePause)
                Thread.Sleep(_pause);
            return true;
        }

        _failuresInARow = 0;
        ReadOnlySpan<byte> datagram = buffer[..received];
        if (_isStopping && datagram.IsEmpty && (peer.Peer.Size == 0 || peer.Port == _local.Port))
            return false;
        Note(SocketAction.Received, received, peer);
        int length = 0;
        Request request = default;
        RequestProbe? probe = null;
        DropReason? reason = IsForged(peer)
            ? DropReason.ForgedSender
            : DatagramProcessor.Answer(datagram, answer, out length, out request, out probe);
        if (reason == DropReason.None)
            reason = probe is null
                ? Send(answer[..length], peer)
                : AnswerProbe(request, probe.Value, peer, datagram.Length, answer, ref length);
        if (reason is { } known)
            counts.Add(known);
        if (_logsEach)
            Log(datagram, answer[..length], peer, reason ?? DropReason.None);
        return true;
    }

    /// <summary>Sends an answer whose time has come.</summary>
    public void SendDelayed(ReadOnlySpan<byte> answer, DatagramOrigin peer) => counts.Add(Send(answer, peer));

    /// <summary>Answers a request that asks for more than the sum.</summary>
    /// <returns>What became of it; null when its answer is held back.</returns>
    // rule O6
    private DropReason? AnswerProbe(
        in Request request, RequestProbe probe, DatagramOrigin peer, int maxLength, Span<byte> answer, ref int length)
    {
        if (probe.Path.IsAsked && options.ReportsPath
            && DatagramProcessor.WritePath(request, _local.Create(peer.Peer), answer, maxLength) is var withPath and > 0)
            length = withPath;
        if (probe.Delay == 0)
            return Send(answer[..length], peer);
        bool isHeld = probe.Delay <= options.MaxDelay.TotalMilliseconds && delayed.TryAdd(this, peer, answer[..length], probe.Delay);
        return isHeld ? null : DropReason.DelayRefused;
    }

    private bool IsForged(DatagramOrigin peer) => peer.Port is var port && (port == 0 || port == _local.Port);

    private DropReason Send(ReadOnlySpan<byte> answer, DatagramOrigin peer)
    {
        try
        {
            Note(SocketAction.Wrote, answer.Length, peer);
            _datagrams.Send(answer, peer);
            return DropReason.None;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException) // a delayed one may come after the end of a slow stop
        {
            return DropReason.SendFailed;
        }
    }

    private void Note(SocketAction action, int bytes, DatagramOrigin peer)
    {
        if (options.Observer is not { } observer)
            return;
        IPEndPoint local = peer.Local is { } address ? new IPEndPoint(address, _local.Port) : _local;
        new ObservedSocket(observer, (IPEndPoint)_local.Create(peer.Peer), local).Add(action, bytes: bytes, messages: 1);
    }

    private void Log(ReadOnlySpan<byte> datagram, ReadOnlySpan<byte> answer, DatagramOrigin peer, DropReason reason)
    {
        EndPoint from = _local.Create(peer.Peer);
        if (reason == DropReason.None)
            SumUdpServerLog.Answered(log, from, VisibleText.Of(datagram), VisibleText.Of(answer));
        else
            SumUdpServerLog.Dropped(log, from, VisibleText.Of(datagram), reason);
    }
}
