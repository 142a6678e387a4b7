using System.Net;
using System.Net.Sockets;
using FluentAssertions;
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
        Pipeline pipeline = new(socket, gate, new SumTcpClientOptions());
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
        Pipeline pipeline = new(socket, new Lock(), new SumTcpClientOptions());
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
        Pipeline pipeline = new(socket, new Lock(), new SumTcpClientOptions());
        AwaitedSum request = new(owner: null!, new AwaitedSumPool(1)) { Number = 1, Deadline = 10 };
        EndedSums ended = default;
        pipeline.Put(request);

        pipeline.Match(new Response(0, null, ErrorCode.None), ref ended).Should().Be(ConnectionEnd.Unsolicited);
        request.Number.Should().Be(1, "it has not ended");
    }
}
