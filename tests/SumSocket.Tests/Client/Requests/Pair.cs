using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using SumSocket.Client;
using SumSocket.Client.Requests;
using SumSocket.Protocol;

namespace SumSocket.Tests.Client.Requests;

/// <summary>
/// A client's core and a server that adds, with a path between them and no socket. The test owns time, delay, loss, doubling and cuts: what
/// is sent arrives only in <see cref="Advance"/>.
/// </summary>
internal abstract class Pair : IAsyncDisposable
{
    private readonly PriorityQueue<Action, (long Due, long Order)> _path = new();
    private readonly Lock _lock = new();
    private readonly Random _random;
    private long _order;
    private int _requests;

    protected Pair(CoreOptions options, int seed)
    {
        _random = new Random(seed);
        ConnectionEvents events = new(NullLogger.Instance);
        events.Raised += happened =>
        {
            lock (Events)
                Events.Add(happened);
        };
        Core = new RequestCore(options, new Opener(this), events, Time);
    }

    public RequestCore Core { get; }

    public ManualTimeProvider Time { get; } = new();

    public List<ConnectionEvent> Events { get; } = [];

    /// <summary>How long each direction takes at least, and at most.</summary>
    public (TimeSpan Min, TimeSpan Max) Delay { get; set; } = (TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(1));

    /// <summary>The share of messages that are lost in each direction; over a stream, of responses that the server never gives.</summary>
    public double Loss { get; set; }

    /// <summary>The share that arrives twice.</summary>
    public double Doubling { get; set; }

    /// <summary>How many requests the server has received.</summary>
    public int Requests => Volatile.Read(ref _requests);

    protected static IPEndPoint Server { get; } = new(IPAddress.Loopback, 5656);

    /// <summary>Sends a request whose caller never cancels.</summary>
    public Task<SumResult> SumAsync(long a, long b) => Core.SumAsync(a, b, CancellationToken.None).AsTask();

    /// <summary>Lets time pass, a millisecond at a time, and all arrive that is due meanwhile.</summary>
    public void Advance(TimeSpan by)
    {
        long end = Time.GetTimestamp() + by.Ticks;
        while (Time.GetTimestamp() < end)
        {
            Time.Advance(TimeSpan.FromMilliseconds(1));
            while (TryTake(out Action? arrive))
                arrive!();
        }
    }

    public ValueTask DisposeAsync() => Core.DisposeAsync();

    protected abstract Channel Open(ChannelContext context);

    protected abstract void Receive(Channel channel);

    /// <summary>The server's answer, as bytes.</summary>
    protected byte[] Answer(in Request request)
    {
        Interlocked.Increment(ref _requests);
        byte[] buffer = new byte[MessageWriter.MaxResponseLength];
        return buffer[..MessageWriter.WriteSum(buffer, request.A + request.B, request.Id)];
    }

    protected bool Chance(double share)
    {
        lock (_lock)
            return _random.NextDouble() < share;
    }

    /// <summary>Something arrives at the other end, after a delay of its own or not before <paramref name="earliest"/>.</summary>
    /// <returns>When.</returns>
    protected long Travel(Action arrive, long earliest = 0)
    {
        lock (_lock)
        {
            TimeSpan delay = Delay.Min + (Delay.Max - Delay.Min) * _random.NextDouble();
            long due = Math.Max(earliest, Time.GetTimestamp() + delay.Ticks);
            _path.Enqueue(arrive, (due, _order++));
            return due;
        }
    }

    private bool TryTake(out Action? arrive)
    {
        lock (_lock)
        {
            bool isDue = _path.TryPeek(out arrive, out (long Due, long Order) at) && at.Due <= Time.GetTimestamp();
            return isDue && _path.TryDequeue(out arrive, out _);
        }
    }

    private sealed class Opener(Pair pair) : ChannelOpener
    {
        public override string Failure => "cannot connect";

        public override Task<ConnectResult> ConnectAsync(CancellationToken stop) =>
            Task.FromResult(new ConnectResult(null, Server, "", ConnectionCause.None));

        public override Channel Open(ConnectResult connected, ChannelContext context) => pair.Open(context);

        public override void Receive(Channel channel, RequestCore core) => pair.Receive(channel);
    }
}
