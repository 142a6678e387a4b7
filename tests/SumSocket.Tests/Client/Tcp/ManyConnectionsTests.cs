using System.Collections.Concurrent;
using System.Net;
using FluentAssertions;
using SumSocket.Client;
using SumSocket.Client.Tcp;
using SumSocket.Server.Tcp;
using Xunit;

namespace SumSocket.Tests.Client.Tcp;

/// <summary>Many connections one after the other, against the server itself.</summary>
public sealed class ManyConnectionsTests : IAsyncDisposable
{
    private const int ClosedId = 111; // a connection's end in the server's log

    private readonly LogRecorder _log = new();
    private readonly SumTcpServer _server;
    private readonly int _port;
    private readonly ConcurrentQueue<ConnectionEventKind> _events = new();

    public ManyConnectionsTests()
    {
        _server = new SumTcpServer(new SumTcpServerOptions { EndPoints = [new IPEndPoint(IPAddress.Loopback, 0)] }, _log);
        _port = _server.Start()[0].Port;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory(Timeout = TestTimeout.Milliseconds)]
    [InlineData(1, 1)]
    [InlineData(1, 8)]
    [InlineData(3, 8)]
    public async Task Many_callers_get_their_sums_over_as_many_connections_as_it_takes(int requests, int callers)
    {
        const int Each = 60;
        await using SumTcpClient client = NewClient(requests);
        await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            for (int i = 0; i < Each; i++)
                (await client.SumAsync(caller, i)).Should().Be(new SumResult(SumOutcome.Sum, caller + i));
        })));

        await ShouldHaveServedAsync(callers * Each, requests);
    }

    [Theory(Timeout = TestTimeout.Milliseconds)]
    [InlineData(1)]
    [InlineData(4)]
    public async Task An_observer_that_submits_again_gets_one_connection_after_the_other(int requests)
    {
        const int Total = 400;
        await using SumTcpClient client = NewClient(requests);
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int next = 0, right = 0;
        RecordingObserver? observer = null;
        observer = new RecordingObserver(sums =>
        {
            right += sums.Count(sum => sum.Result == new SumResult(SumOutcome.Sum, sum.A + 1));
            client.Submit([.. sums.Take(Total - next).Select(_ => new SumRequest(next++, 1))], observer!);
            if (right == Total)
                done.SetResult();
        });
        client.Submit([new SumRequest(next++, 1), new SumRequest(next++, 1)], observer);
        await done.Task;

        observer.WasEnteredTwice.Should().BeFalse();
        await ShouldHaveServedAsync(Total, requests);
    }

    private SumTcpClient NewClient(int requests)
    {
        SumTcpClient client = new(new SumTcpClientOptions { Port = _port, RequestsPerConnection = requests, VerifySums = true });
        client.ConnectionChanged += happened => _events.Enqueue(happened.Kind);
        return client;
    }

    /// <summary>Both ends count the same connections, each with as many requests as it may have but the last.</summary>
    private async Task ShouldHaveServedAsync(int total, int requests)
    {
        int connections = (total + requests - 1) / requests;
        _events.Should().Equal(Enumerable.Range(0, 2 * connections).Select(
            i => i % 2 == 0 ? ConnectionEventKind.Connected : ConnectionEventKind.Closed));
        List<long> served = [];
        for (int i = 0; i < connections; i++)
        {
            LogEntry closed = await _log.NextAsync(ClosedId);
            closed["Reason"].Should().Be("peer_closed");
            served.Add((long)closed["Requests"]!);
        }

        served.Should().OnlyContain(count => count == requests);
    }
}
