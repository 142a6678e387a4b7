using SumSocket.SystemTests.Harness;

namespace SumSocket.SystemTests.Interop;

/// <summary>The Go pair over UDP by itself: what our programs are held to must behave as the original did.</summary>
public sealed class GoUdpPairTests(GoPair go) : IClassFixture<GoPair>
{
    [Fact(Timeout = 60_000)]
    public async Task Its_client_gets_every_sum_from_its_server()
    {
        await using ServerProcess server = await go.StartUdpServerAsync();
        await using ChildProcess client = await go.StartUdpClientAsync(server.Port, "-count", "20", "-pause", "1ms");

        (await client.ExitAsync()).Should().Be(0, client.Error.Text);
        client.Output.Lines.Should().HaveCount(200).And.OnlyContain(line => line == "7 + 4 = 11");
    }

    [Fact(Timeout = 60_000)]
    public async Task Its_server_answers_without_Id_and_without_a_delimiter_and_skips_what_it_cannot_read()
    {
        await using ServerProcess server = await go.StartUdpServerAsync();
        using DatagramPeer peer = DatagramPeer.Connect(server.Port);

        peer.Send("junk");
        peer.Send("{\"A\":1,\"B\":1}".PadRight(300) + "}"); // of which it reads 256 bytes
        peer.Send("{\"A\":7,\"B\":4,\"Id\":5}");

        (await peer.ReceiveAsync()).Should().Be("{\"Sum\":2}");
        (await peer.ReceiveAsync()).Should().Be("{\"Sum\":11}");
        await server.Log.MatchAsync("invalid character 'j'");
        peer.HasMore.Should().BeFalse();
    }

    [Fact(Timeout = 60_000)]
    public async Task Its_server_ends_at_its_only_deadline_however_busy()
    {
        await using ServerProcess server = await go.StartUdpServerAsync("-timeout", "1s");
        await using ChildProcess client = await go.StartUdpClientAsync(server.Port, "-pause", "10ms", "-timeout", "5s");

        await server.Process.ExitAsync();

        server.Log.Text.Should().Contain("i/o timeout");
        (await client.ExitAsync()).Should().Be(1);
        client.Output.Lines.Should().NotBeEmpty();
    }
}
