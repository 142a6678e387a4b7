using System.Net;
using System.Net.Sockets;
using FluentAssertions;
using Microsoft.Extensions.Logging.Abstractions;
using SumSocket.Client;
using SumSocket.Client.Requests;
using SumSocket.Client.Tcp;
using SumSocket.Protocol;
using SumSocket.Sockets;
using Xunit;

namespace SumSocket.Tests.Client.Tcp;

public sealed class TcpChannelTests
{
    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Sends_nothing_of_what_it_gave_back_as_unsent()
    {
        await using var server = new ScriptedServer();
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, server.Port, TestContext.Current.CancellationToken);
        ScriptedPeer peer = await server.AcceptAsync();
        Context context = new();
        TcpChannel channel = NewChannel(socket, context, new SumTcpClientOptions());
        AwaitedSum request = new(core: null!, new AwaitedSumPool(1)) { Number = 1, Deadline = 10 };
        WaitQueue waiting = new();
        CompletionList ended = default;
        lock (context.Lock)
        {
            channel.Put(request);
            channel.Sender.TryClaim().Should().BeTrue();
            channel.GiveBack(now: 0, mostRetries: 0, waiting, ref ended); // the connection ends just before the claimer sends
        }

        channel.Sender.Send(here: true);
        socket.Shutdown(SocketShutdown.Send);

        (waiting.First, request.MaybeSent).Should().Be((request, false));
        (await peer.ReadRequestAsync()).Should().BeNull("the request was given back as unsent");
    }

    [Fact]
    public void Remembers_that_a_request_may_have_left_on_an_earlier_connection()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        TcpChannel channel = NewChannel(socket, new(), new SumTcpClientOptions());
        AwaitedSum request = new(core: null!, new AwaitedSumPool(1)) { Number = 1, Deadline = 10, MaybeSent = true };
        CompletionList ended = default;
        channel.Put(request);
        channel.GiveBack(now: 0, mostRetries: int.MaxValue, new WaitQueue(), ref ended);

        request.MaybeSent.Should().BeTrue();
    }

    [Fact]
    public void Takes_no_answer_for_a_request_that_has_not_left()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        TcpChannel channel = NewChannel(socket, new(), new SumTcpClientOptions());
        AwaitedSum request = new(core: null!, new AwaitedSumPool(1)) { Number = 1, Deadline = 10 };
        CompletionList ended = default;
        channel.Put(request);

        channel.Match([new Response(0, null, ErrorCode.None)], separated: false, ref ended).End.Should().Be(DisconnectReason.Unsolicited);
        request.Number.Should().Be(1, "it has not ended");
    }

    [Fact]
    public void Takes_none_either_for_one_without_an_object()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        TcpChannel channel = NewChannel(socket, new(), new SumTcpClientOptions());
        CompletionList ended = default;
        channel.Put([new SumRequest(7, 4)], new Recorder(), number: 1, deadline: 10).Should().Be(1);

        channel.Match([new Response(11)], separated: false, ref ended).End.Should().Be(DisconnectReason.Unsolicited);
        channel.EarliestDue.Should().Be(10, "it has not ended");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Makes_objects_of_those_that_have_none_when_it_gives_them_back_each_once_and_in_order(bool someAreOver)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        Context context = new();
        TcpChannel channel = NewChannel(socket, context, new SumTcpClientOptions { MaxInFlight = 5 });
        channel.MayPipeline = true;
        WaitQueue waiting = new();
        CompletionList ended = default;
        Recorder observer = new();
        SumRequest[] requests = [new(1, 2, 10), new(3, 4, 11), new(5, 6, 12), new(7, 8, 13)];
        lock (context.Lock)
        {
            channel.Put(requests.AsSpan(0, 2), observer, number: 1, deadline: 5).Should().Be(2);
            channel.Put(new AwaitedSum(core: null!, new AwaitedSumPool(1)) { Number = 3, Deadline = 5 });
            channel.Put(requests.AsSpan(2), observer, number: 4, deadline: 9).Should().Be(2);
            channel.Put(requests, observer, number: 6, deadline: 9).Should().Be(0, "there is room for five");
            channel.GiveBack(now: someAreOver ? 5 : 0, mostRetries: int.MaxValue, waiting, ref ended);
        }

        List<(long A, long B, long Number, long Deadline)> line = [];
        for (PendingSum? request = waiting.First; request is not null; request = request.Next)
            line.Add((request.A, request.B, request.Number, request.Deadline));
        line.Should().Equal(someAreOver
            ? [(5, 6, 4, 9), (7, 8, 5, 9)]
            : [(1, 2, 1, 5), (3, 4, 2, 5), (0, 0, 3, 5), (5, 6, 4, 9), (7, 8, 5, 9)]);
        context.Notifier.Notify();
        observer.Ended.Select(sum => (sum.Tag, sum.Result.Outcome)).Should().Equal(
            someAreOver ? [(10, SumOutcome.NotSent), (11, SumOutcome.NotSent)] : []);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Gives_each_answer_to_its_request_whatever_stands_next_to_it_and_however_many_come_at_once()
    {
        await using var server = new ScriptedServer();
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, server.Port, TestContext.Current.CancellationToken);
        await server.AcceptAsync();
        Context context = new();
        TcpChannel channel = NewChannel(socket, context, new SumTcpClientOptions { VerifySums = true });
        channel.MayPipeline = true;
        Recorder[] observers = [new(), new()];
        List<(long, SumResult)>[] expected = [[], []];
        Random random = new(6);
        for (int round = 0; round < 300; round++)
        {
            int count = random.Next(1, 40);
            List<Response> answers = [];
            List<(Task<SumResult> Answer, SumResult Result)> awaited = [];
            lock (context.Lock)
            {
                for (int i = 0; i < count; i++)
                {
                    (Response answer, SumResult result) = Answer(random, i);
                    answers.Add(answer);
                    if (random.Next(5) > 0)
                    {
                        int observer = random.Next(8) == 0 ? 1 : 0;
                        channel.Put([new SumRequest(i, 1, Tag: i)], observers[observer], number: i + 1, deadline: 9).Should().Be(1);
                        expected[observer].Add((i, result));
                        continue;
                    }

                    AwaitedSum request = new(core: null!, pool: null);
                    Task<SumResult> pending = request.Begin(i, 1).AsTask();
                    request.Number = i + 1;
                    channel.Put(request);
                    if (random.Next(3) == 0)
                        request.Number = 0; // cancelled: its answer comes all the same
                    else
                        awaited.Add((pending, result));
                }

                channel.Sender.TryClaim().Should().BeTrue();
            }

            channel.Sender.Send(here: true);
            for (int at = 0, some; at < count; at += some)
            {
                some = random.Next(1, count - at + 1);
                CompletionList ended = new(timestamp: 1);
                lock (context.Lock)
                    channel.Match(answers.Skip(at).Take(some).ToArray(), separated: true, ref ended).End.Should().BeNull();
                ended.Complete();
            }

            foreach ((Task<SumResult> answer, SumResult result) in awaited)
                (await answer).Should().Be(result);
            channel.EarliestDue.Should().Be(long.MaxValue, "all are answered");
        }

        for (int i = 0; i < observers.Length; i++)
            observers[i].Ended.Select(sum => (sum.Tag, sum.Result)).Should().Equal(expected[i]);
    }

    /// <summary>An answer to "i + 1", mostly the right one, and what a client that verifies it makes of it.</summary>
    private static (Response Answer, SumResult Result) Answer(Random random, int i) => random.Next(10) switch
    {
        0 => (new Response(i), new SumResult(SumOutcome.WrongAnswer, i)),
        1 => (new Response(0, null, ErrorCode.NotAnInteger), new SumResult(SumOutcome.ServerError, Error: ErrorCode.NotAnInteger)),
        _ => (new Response(i + 1), new SumResult(SumOutcome.Sum, i + 1)),
    };

    private static TcpChannel NewChannel(Socket socket, Context context, SumTcpClientOptions options) => new(
        new PlainTransport(
            socket), new IPEndPoint(IPAddress.Loopback, 1), options, new ChannelContext(context.Lock, context.Notifier, null!));

    private sealed class Context
    {
        public Context() =>
            Notifier = new CompletionNotifier(Lock, new ConnectionEvents(NullLogger.Instance), TimeProvider.System, capacity: 8);

        public Lock Lock { get; } = new();

        public CompletionNotifier Notifier { get; }
    }

    private sealed class Recorder : ISumObserver
    {
        public List<SumCompletion> Ended { get; } = [];

        void ISumObserver.OnCompleted(ReadOnlySpan<SumCompletion> sums, long timestamp) => Ended.AddRange(sums);
    }
}
