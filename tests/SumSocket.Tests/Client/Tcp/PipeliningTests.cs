using System.Text;
using FluentAssertions;
using SumSocket.Client;
using SumSocket.Client.Tcp;
using SumSocket.Protocol;
using Xunit;

namespace SumSocket.Tests.Client.Tcp;

public class PipeliningTests : ClientTest
{
    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Sends_exactly_what_the_contract_spells()
    {
        SumTcpClient client = NewClient();
        Task<SumResult> pending = Ask(client, -7, 4);
        ScriptedPeer peer = await Server.AcceptAsync();

        (await peer.ReadOnceAsync()).Should().Be("""{"A":-7,"B":4}""" + "\n");
        await peer.SendAsync("""{"Sum":-3}""");
        (await pending).Sum.Should().Be(-3);
    }

    [Theory(Timeout = TestTimeout.Milliseconds)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(13)]
    [InlineData(100_000)]
    public async Task Gives_64_concurrent_callers_each_their_own_answer_however_the_answers_are_cut(int segment)
    {
        const int Callers = 64, Each = 20;
        SumTcpClient client = NewClient(options => options with { VerifySums = true });
        ScriptedPeer peer = await OpenAsync(client);
        Task<int>[] callers = [.. Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            int right = 0;
            for (int i = 0; i < Each; i++)
                right += await client.SumAsync(caller * 1_000_000L, i) is { IsSum: true } ? 1 : 0;
            return right;
        }))];

        for (int served = 0; served < Callers * Each;)
        {
            // At least one is there; take what came with it, and answer all of it in pieces.
            List<Request> requests = await peer.ReadRequestsAsync(1);
            while (peer.Unread > 0)
                requests.AddRange(await peer.ReadRequestsAsync(1));
            served += requests.Count;
            byte[] answers = Encoding.ASCII.GetBytes(string.Concat(requests.Select(request => $"{{\"Sum\":{request.A + request.B}}}\n")));
            foreach (byte[] piece in answers.Chunk(segment))
                await peer.SendAsync(piece);
        }

        (await Task.WhenAll(callers)).Should().OnlyContain(right => right == Each);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Sends_in_the_order_of_the_calls()
    {
        SumTcpClient client = NewClient();
        ScriptedPeer peer = await OpenAsync(client);
        Task<SumResult>[] pending = [.. Enumerable.Range(0, 500).Select(i => Ask(client, i, 0))];

        List<Request> requests = await peer.ReadRequestsAsync(500);
        requests.Select(request => request.A).Should().Equal(Enumerable.Range(0, 500).Select(i => (long)i));
        foreach (Request request in requests)
            await peer.AnswerAsync(request);
        (await Task.WhenAll(pending)).Select(result => result.Sum).Should().Equal(Enumerable.Range(0, 500).Select(i => (long)i));
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Never_has_more_in_flight_than_allowed_and_lets_the_others_wait_in_order()
    {
        const int Bound = 4;
        SumTcpClient client = NewClient(options => options with { MaxInFlight = Bound });
        ScriptedPeer peer = await OpenAsync(client);
        Task<SumResult>[] pending = [.. Enumerable.Range(0, 20).Select(i => Ask(client, i, 0))];

        List<Request> inFlight = await peer.ReadRequestsAsync(Bound);
        for (int answered = 0; answered < 20; answered++)
        {
            peer.Unread.Should().Be(0, "nothing may come before there is room");
            inFlight[0].A.Should().Be(answered);
            await peer.AnswerAsync(inFlight[0]);
            (await pending[answered]).Sum.Should().Be(answered);
            inFlight.RemoveAt(0);
            if (answered + Bound < 20)
                inFlight.AddRange(await peer.ReadRequestsAsync(1));
        }
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Never_sends_a_second_request_to_a_peer_that_was_not_seen_to_frame_messages()
    {
        SumTcpClient client = NewClient();
        Task<SumResult>[] pending = [.. Enumerable.Range(0, 50).Select(i => Ask(client, i, 1))];
        ScriptedPeer peer = await Server.AcceptAsync();

        for (int i = 0; i < pending.Length; i++)
        {
            (await peer.ReadOnceAsync()).Should().Be($$"""{"A":{{i}},"B":1}""" + "\n", "each read is one message to such a server");
            peer.Unread.Should().Be(0);
            await peer.SendAsync($$"""{"Sum":{{i + 1}}}""");
            (await pending[i]).Sum.Should().Be(i + 1);
        }
    }

    [Theory(Timeout = TestTimeout.Milliseconds)]
    [InlineData("{\"Sum\":0}\n")]
    [InlineData("\r\n{\"Sum\":0}")]
    [InlineData("{\"Sum\":0} ")]
    public async Task Pipelines_once_white_space_was_seen_between_answers(string answer)
    {
        SumTcpClient client = NewClient();
        Task<SumResult>[] pending = [.. Enumerable.Range(0, 50).Select(i => Ask(client, i, 0))];
        ScriptedPeer peer = await Server.AcceptAsync();
        await peer.ReadRequestsAsync(1);
        await peer.SendAsync(answer);

        List<Request> rest = await peer.ReadRequestsAsync(49); // though none of them was answered yet
        foreach (Request request in rest)
            await peer.AnswerAsync(request);
        (await Task.WhenAll(pending)).Should().OnlyContain(result => result.IsSum);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Does_not_take_white_space_inside_an_answer_for_framing()
    {
        SumTcpClient client = NewClient();
        Task<SumResult> first = Ask(client, 1, 0);
        Task<SumResult> second = Ask(client, 2, 0);
        Task<SumResult> third = Ask(client, 3, 0);
        ScriptedPeer peer = await Server.AcceptAsync();
        await peer.ReadRequestsAsync(1);
        await peer.SendAsync("{\"Sum\"");
        await peer.SendAsync("\n:\n1\n}");
        (await first).Sum.Should().Be(1);

        (await peer.ReadOnceAsync()).Should().Be("""{"A":2,"B":0}""" + "\n");
        await peer.SendAsync("""{"Sum":2}""");
        await second;
        (await peer.ReadOnceAsync()).Should().Be("""{"A":3,"B":0}""" + "\n");
        await peer.SendAsync("""{"Sum":3}""");
        await third;
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Goes_on_when_the_peer_takes_nothing_for_a_while_and_the_kernel_is_full()
    {
        const int Count = 65_536; // some 3 MB of requests, more than both kernels' buffers
        SumTcpClient client = NewClient(options => options with { MaxInFlight = Count, VerifySums = true });
        ScriptedPeer peer = await OpenAsync(client);
        Task<SumResult>[] pending = [.. Enumerable.Range(0, Count).Select(i => Ask(client, i * 1_000_000_000_000L, i))];

        for (int i = 0; i < Count; i++)
        {
            Request request = (await peer.ReadRequestAsync())!.Value;
            request.B.Should().Be(i);
            await peer.AnswerAsync(request);
        }

        (await Task.WhenAll(pending)).Should().OnlyContain(result => result.IsSum);
    }
}
