using System.Diagnostics;
using System.Net.Sockets;
using System.Threading.Channels;

namespace SumSocket.Tests;

/// <summary>One connection through a <see cref="StreamRelay"/>: both directions, and the fate it meets.</summary>
internal sealed class RelayedConnection
{
    private const int Ahead = 64; // pieces under way in one direction; then the sender must wait

    private static readonly TimeSpan _awake = TimeSpan.FromMilliseconds(2);

    private readonly StreamRelay _relay;
    private readonly Socket _client, _server;
    private readonly int _seed;
    private readonly StreamFate _fate;
    private readonly bool _isSliced;
    private long _left;
    private volatile bool _isSilent;

    public RelayedConnection(StreamRelay relay, Socket client, Socket server, int seed)
    {
        (_relay, _client, _server, _seed) = (relay, client, server, seed);
        Random random = new(seed);
        StreamFaults faults = relay.Faults;
        _isSliced = random.NextDouble() < faults.Slice;
        _fate = faults.Draw(random);
        _left = _fate == StreamFate.None ? long.MaxValue : random.Next(1, faults.MaxBytes + 1);
        client.NoDelay = server.NoDelay = true;
    }

    /// <summary>Ends when both directions have.</summary>
    public Task RunAsync() => Task.WhenAll(
        RunAsync(_client, _server, isAnswer: false), RunAsync(_server, _client, isAnswer: true));

    /// <summary>Closes both ends, in order.</summary>
    public void Close()
    {
        _client.Dispose();
        _server.Dispose();
    }

    /// <summary>Resets both ends.</summary>
    public void Reset()
    {
        _client.Close(0);
        _server.Close(0);
    }

    private async Task RunAsync(Socket from, Socket to, bool isAnswer)
    {
        Channel<Piece> pieces = Channel.CreateBounded<Piece>(new BoundedChannelOptions(Ahead) { SingleReader = true, SingleWriter = true });
        await Task.WhenAll(ReadAsync(from, isAnswer, pieces.Writer), WriteAsync(to, isAnswer, pieces.Reader));
    }

    private async Task ReadAsync(Socket from, bool isAnswer, ChannelWriter<Piece> pieces)
    {
        Random random = new(_seed + 1);
        byte[] buffer = new byte[4096];
        try
        {
            while (await from.ReceiveAsync(buffer) is > 0 and int count)
            {
                StreamFaults faults = _relay.Faults;
                TimeSpan delay = isAnswer ? faults.Latency + (faults.Jitter * random.NextDouble()) : TimeSpan.Zero;
                long due = Stopwatch.GetTimestamp() + (long)(delay.TotalSeconds * Stopwatch.Frequency);
                await pieces.WriteAsync(new Piece(due, buffer[..count]));
            }

            if (_isSilent && !isAnswer)
                Reset(); // the client has given it up
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
            if (!_isSilent || !isAnswer)
                Reset(); // a reset passes as one
        }
        finally
        {
            pieces.Complete();
        }
    }

    private async Task WriteAsync(Socket to, bool isAnswer, ChannelReader<Piece> pieces)
    {
        Random random = new(_seed + (isAnswer ? 2 : 3));
        bool isOver = false;
        try
        {
            await foreach (Piece piece in pieces.ReadAllAsync())
            {
                await DueAsync(piece.Due);
                await _relay.Released;
                if (!isOver && !_isSilent)
                    isOver = await PassAsync(to, piece.Bytes, random);
            }

            if (!isOver && !_isSilent)
                to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
            Reset();
            await foreach (Piece _ in pieces.ReadAllAsync()) // its writer must not wait for ever
            {
            }
        }
    }

    private async ValueTask DueAsync(long due)
    {
        TimeSpan wait = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due);
        TimeSpan asleep = _relay.Faults.IsExact ? wait - _awake : wait;
        if (asleep > TimeSpan.Zero)
            await Task.Delay(asleep);
        while (_relay.Faults.IsExact && Stopwatch.GetTimestamp() < due)
            Thread.SpinWait(10);
    }

    /// <summary>Sends one piece, as far as the connection gets.</summary>
    /// <returns>True when this direction has ended.</returns>
    private async ValueTask<bool> PassAsync(Socket to, ReadOnlyMemory<byte> bytes, Random random)
    {
        while (bytes.Length > 0)
        {
            int length = _isSliced ? Math.Min(random.Next(1, 8), bytes.Length) : bytes.Length;
            long before = Interlocked.Add(ref _left, -length) + length;
            bool isFate = before is > 0 && before <= length;
            if (_fate != StreamFate.None && before <= 0 && _fate != StreamFate.HalfClose)
                return true; // the other direction met it first
            length = isFate ? (int)before : length;
            await to.SendAsync(bytes[..length]);
            _relay.Passed(length);
            if (isFate && Meet(to))
                return true;
            bytes = bytes[length..];
            if (_relay.Faults.BytesPerSecond is > 0 and long rate)
                await Task.Delay(TimeSpan.FromSeconds((double)length / rate));
        }

        return false;
    }

    /// <returns>True when this direction has ended.</returns>
    private bool Meet(Socket to)
    {
        _relay.Met(_fate);
        switch (_fate)
        {
            case StreamFate.Reset:
                Reset();
                break;
            case StreamFate.Silence:
                _isSilent = true;
                break;
            case StreamFate.HalfClose:
                to.Shutdown(SocketShutdown.Send);
                break;
            case StreamFate.Cut:
                _client.Shutdown(SocketShutdown.Send);
                _server.Shutdown(SocketShutdown.Send);
                break;
        }

        return true;
    }

    private readonly record struct Piece(long Due, byte[] Bytes);
}
