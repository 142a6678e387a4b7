using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using FluentAssertions;
using SumSocket.Server.Tcp;
using SumSocket.Sockets;
using Xunit;

namespace SumSocket.Tests.Server.Tcp;

/// <summary>The loop that accepts, with a listener that fails on demand.</summary>
public sealed class AcceptLoopTests : IDisposable
{
    private const int AcceptingAgain = 121;

    private static readonly double[] _pauses = [5, 10, 20, 40, 80, 160, 320, 640, 1000, 1000];

    private readonly ManualTimeProvider _clock = new();
    private readonly LogRecorder _log = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Queue<SocketError> _results = new();
    private int _accepted;

    public void Dispose()
    {
        _stop.Dispose();
        _listener.Dispose();
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task No_error_of_accept_ends_it_and_failures_in_a_row_are_tried_again_ever_later()
    {
        SocketError[] codes = [.. Enum.GetValues<SocketError>().Where(code => code != SocketError.Success).Distinct()];
        foreach (SocketError code in codes)
        {
            foreach (double _ in _pauses)
                _results.Enqueue(code);
            _results.Enqueue(SocketError.Success);
        }

        Task loop = NewAcceptor().RunAsync(_stop.Token);

        for (int i = 0; i < codes.Length; i++)
        {
            foreach (double pause in _pauses)
            {
                await _clock.UntilTimerIsSetAsync(TimeSpan.FromMilliseconds(pause)).WaitAsync(TestTimeout.Span);
                _accepted.Should().Be(i);
                _clock.Advance(TimeSpan.FromMilliseconds(pause));
            }
        }

        await TestTimeout.UntilAsync(() => _accepted == codes.Length, "the last one is accepted");
        loop.IsCompleted.Should().BeFalse();
        await _stop.CancelAsync();
        await loop.WaitAsync(TestTimeout.Span);
        _log.Entries.Count(entry => entry.Id == 120).Should().BeLessThan(5 * codes.Length, "a second's failures are one line");
        _log.Entries.Count(entry => entry.Id == AcceptingAgain).Should().Be(codes.Length);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Holds_a_reserve_of_descriptors_that_the_runtime_gets_while_there_are_no_others()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only there it is known to be needed");
        _results.Enqueue(SocketError.Success);
        TcpAcceptor acceptor = NewAcceptor();
        Task loop = acceptor.RunAsync(_stop.Token);
        await TestTimeout.UntilAsync(() => _accepted == 1, "one is accepted");
        _log.Entries.Should().NotContain(entry => entry.Id == AcceptingAgain, "nothing has failed");
        acceptor.Reserve.Held.Should().Be(DescriptorReserve.Size);
        await _stop.CancelAsync();
        await loop.WaitAsync(TestTimeout.Span);
        acceptor.Reserve.Held.Should().Be(0);

        _results.Enqueue(SocketError.TooManyOpenSockets);
        _results.Enqueue(SocketError.Success);
        using CancellationTokenSource stop = new();
        TcpAcceptor unlucky = NewAcceptor();
        loop = unlucky.RunAsync(stop.Token);
        await _clock.UntilTimerIsSetAsync(TimeSpan.FromMilliseconds(5)).WaitAsync(TestTimeout.Span);
        unlucky.Reserve.Held.Should().Be(0);
        _clock.Advance(TimeSpan.FromMilliseconds(5));
        await TestTimeout.UntilAsync(() => _accepted == 2, "another one is accepted");
        unlucky.Reserve.Held.Should().Be(DescriptorReserve.Size);
        await stop.CancelAsync();
        await loop.WaitAsync(TestTimeout.Span);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Leaves_the_thread_to_those_accepted_while_a_crowd_comes_in()
    {
        const int Crowd = 100, Burst = 64;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(Crowd);
        RawPeer[] peers = await Task.WhenAll(
            Enumerable.Range(0, Crowd).Select(_ => RawPeer.ConnectAsync((IPEndPoint)_listener.LocalEndPoint!)));
        List<int> threads = [];
        using ManualResetEventSlim looked = new();
        Task loop = Task.CompletedTask;
        Thread engine = new(() =>
        {
            TcpAcceptor acceptor = new(_listener, isShared: false, Accepted, _clock, _log);
            loop = acceptor.RunAsync(_stop.Token);
            looked.Wait(); // a thread that has ended leaves its number to the next one
        });

        engine.Start();
        await TestTimeout.UntilAsync(() => Volatile.Read(ref _accepted) == Crowd, "all are accepted");
        looked.Set();
        engine.Join();
        await _stop.CancelAsync();
        await loop.WaitAsync(TestTimeout.Span);

        threads.Take(Burst).Should().OnlyContain(thread => thread == engine.ManagedThreadId);
        threads[Burst].Should().NotBe(engine.ManagedThreadId);
        Array.ForEach(peers, peer => peer.Dispose());

        void Accepted(Socket socket)
        {
            threads.Add(Environment.CurrentManagedThreadId);
            socket.Dispose();
            Interlocked.Increment(ref _accepted);
        }
    }

    private TcpAcceptor NewAcceptor()
    {
        Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        return new TcpAcceptor(listener, isShared: false, Accepted, _clock, _log) { Accept = AcceptAsync };
    }

    private async ValueTask<Socket> AcceptAsync(CancellationToken stop)
    {
        if (!_results.TryDequeue(out SocketError result))
        {
            await Task.Delay(Timeout.Infinite, stop);
            throw new UnreachableException();
        }

        return result == SocketError.Success
            ? new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
            : throw new SocketException((int)result);
    }

    private void Accepted(Socket socket)
    {
        socket.Dispose();
        Interlocked.Increment(ref _accepted);
    }
}
