using System.Net;
using System.Net.Sockets;
using FluentAssertions;
using Microsoft.Extensions.Logging.Abstractions;
using SumSocket.Client;
using SumSocket.Client.Tcp;
using SumSocket.Protocol;
using Xunit;

namespace SumSocket.Tests.Client.Tcp;

public sealed class PipelineTests
{
    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Sends_nothing_of_what_it_gave_back_as_unsent()
    {
        await using var server = new ScriptedServer();
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, server.Port, TestContext.Current.CancellationToken);
        ScriptedPeer peer = await server.AcceptAsync();
        Lock gate = new();
        Pipeline pipeline = new(socket, gate, new SumTcpClientOptions(), teller: null!);
        AwaitedSum request = new(owner: null!, new AwaitedSumPool(1)) { Number = 1, Deadline = 10 };
        WaitingLine waiting = new();
        EndedSums ended = default;
        lock (gate)
        {
            pipeline.Put(request);
            pipeline.Sender.TryClaim().Should().BeTrue();
            pipeline.GiveBack(now: 0, resend: false, waiting, ref ended); // the connection ends just before the claimer sends
        }

        pipeline.Sender.Send(here: true);
        socket.Shutdown(SocketShutdown.Send);

        (waiting.First, request.MaybeSent).Should().Be((request, false));
        (await peer.ReadRequestAsync()).Should().BeNull("the request was given back as unsent");
    }

    [Fact]
    public void Remembers_that_a_request_may_have_left_on_an_earlier_connection()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        Pipeline pipeline = new(socket, new Lock(), new SumTcpClientOptions(), teller: null!);
        AwaitedSum request = new(owner: null!, new AwaitedSumPool(1)) { Number = 1, Deadline = 10, MaybeSent = true };
        EndedSums ended = default;
        pipeline.Put(request);
        pipeline.GiveBack(now: 0, resend: true, new WaitingLine(), ref ended);

        request.MaybeSent.Should().BeTrue();
    }

    [Fact]
    public void Takes_no_answer_for_a_request_that_has_not_left()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        Pipeline pipeline = new(socket, new Lock(), new SumTcpClientOptions(), teller: null!);
        AwaitedSum request = new(owner: null!, new AwaitedSumPool(1)) { Number = 1, Deadline = 10 };
        EndedSums ended = default;
        pipeline.Put(request);

        pipeline.Match([new Response(0, null, ErrorCode.None)], ref ended).Should().Be(ConnectionEnd.Unsolicited);
        request.Number.Should().Be(1, "it has not ended");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Makes_objects_of_those_that_have_none_when_it_gives_them_back_each_once_and_in_order(bool someAreOver)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        Lock gate = new();
        SumTeller teller = new(gate, new ConnectionEvents(NullLogger.Instance), TimeProvider.System, capacity: 8);
        Pipeline pipeline = new(socket, gate, new SumTcpClientOptions { MaxInFlight = 5 }, teller) { MayPipeline = true };
        WaitingLine waiting = new();
        EndedSums ended = default;
        Recorder observer = new();
        SumRequest[] asked = [new(1, 2, 10), new(3, 4, 11), new(5, 6, 12), new(7, 8, 13)];
        lock (gate)
        {
            pipeline.Put(asked.AsSpan(0, 2), observer, number: 1, deadline: 5).Should().Be(2);
            pipeline.Put(new AwaitedSum(owner: null!, new AwaitedSumPool(1)) { Number = 3, Deadline = 5 });
            pipeline.Put(asked.AsSpan(2), observer, number: 4, deadline: 9).Should().Be(2);
            pipeline.Put(asked, observer, number: 6, deadline: 9).Should().Be(0, "there is room for five");
            pipeline.GiveBack(now: someAreOver ? 5 : 0, resend: true, waiting, ref ended);
        }

        List<(long A, long B, long Number, long Deadline)> line = [];
        for (PendingSum? request = waiting.First; request is not null; request = request.Next)
            line.Add((request.A, request.B, request.Number, request.Deadline));
        line.Should().Equal(someAreOver
            ? [(5, 6, 4, 9), (7, 8, 5, 9)]
            : [(1, 2, 1, 5), (3, 4, 2, 5), (0, 0, 3, 5), (5, 6, 4, 9), (7, 8, 5, 9)]);
        teller.Tell();
        observer.Ended.Select(sum => (sum.Tag, sum.Result.Outcome)).Should().Equal(
            someAreOver ? [(10, SumOutcome.NotSent), (11, SumOutcome.NotSent)] : []);
    }

    private sealed class Recorder : ISumObserver
    {
        public List<EndedSum> Ended { get; } = [];

        void ISumObserver.Ended(ReadOnlySpan<EndedSum> sums, long timestamp) => Ended.AddRange(sums);
    }
}
