using System.Text;
using SumSocket.SystemTests.Harness;

namespace SumSocket.SystemTests.Processes;

/// <summary>More junk than a server can take, and a client that needs an answer meanwhile.</summary>
public sealed class UdpFloodTests
{
    /// <summary>More than the noise of a runtime that compiles what has become hot, less than any part of what is thrown at it.</summary>
    private const long MemorySlack = 16_000_000;

    /// <summary>On two cores these get more of the machine than the server's one thread, which then cannot keep up.</summary>
    private const int Flooders = 4;

    private static readonly TimeSpan _length = TimeSpan.FromSeconds(LongRun.IsRequested ? 20 : 4);
    private static readonly TimeSpan _repeat = TimeSpan.FromMilliseconds(20);

    private static readonly byte[][] _junk =
    [
        [],
        "x"u8.ToArray(),
        "{\"A\":7,\"B\":"u8.ToArray(),
        "{\"Sum\":11}"u8.ToArray(),
        Encoding.ASCII.GetBytes("{\"A\":7,\"B\":4}".PadRight(1_300)),
        Encoding.ASCII.GetBytes(new string('[', 1_200)),
    ];

    [Fact(Timeout = 90_000)]
    public async Task Under_a_flood_of_junk_others_are_answered_memory_is_flat_and_every_datagram_is_accounted_for()
    {
        await using ServerProcess server = await ServerProcess.StartUdpAsync();
        using DatagramPeer honest = DatagramPeer.Connect(server.Port);
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        long start = TimeProvider.System.GetTimestamp();
        Task<long>[] floods = [.. Enumerable.Range(0, Flooders).Select(_ => Task.Factory.StartNew(
            () => Flood(server.Port, over.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
        long sent = 0;
        long answered = 0;
        long before = 0;
        long most = 0;
        while (TimeProvider.System.GetElapsedTime(start) < _length)
        {
            sent += await AskUntilAnsweredAsync(honest, answered++);
            if (before == 0 && TimeProvider.System.GetElapsedTime(start) > _length / 4)
                before = server.Usage.ResidentBytes; // all code that the flood makes hot is compiled by now
            most = Math.Max(most, server.Usage.ResidentBytes);
        }

        await over.CancelAsync();
        long junk = (await Task.WhenAll(floods)).Sum();
        sent += await AskUntilAnsweredAsync(honest, answered++); // behind the last of the junk
        DatagramTally tally = await server.StopUdpAsync();

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{junk / _length.TotalSeconds:N0} junk datagrams a second, " +
            $"{tally.Overflowed} of {junk} lost by the kernel; {answered} sums answered, " +
            $"sent {sent} times; {before / 1e6:F1} MB, at most {most / 1e6:F1} MB");
        answered.Should().BeGreaterThan((long)_length.TotalSeconds, "one a second is what a person would put up with");
        (tally.Received + tally.Overflowed).Should().Be(junk + sent, "each datagram sent was answered, dropped or lost by the kernel");
        tally.Answered.Should().BeInRange(answered, sent);
        before.Should().BePositive();
        (most - before).Should().BeLessThan(MemorySlack);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_the_kernel_drops_while_the_server_is_held_up_is_counted()
    {
        const int Junk = 30_000; // the kernel counts 768 bytes for each, and the server asks for 4 MiB, which Linux doubles
        await using ServerProcess server = await ServerProcess.StartUdpAsync();
        using DatagramPeer peer = DatagramPeer.Connect(server.Port);
        server.Process.Send(Signal.Stop);
        for (int i = 0; i < Junk; i++)
            peer.Send("x");
        server.Process.Send(Signal.Continue);
        int sent = await AskUntilAnsweredAsync(peer, 1);

        DatagramTally tally = await server.StopUdpAsync();

        tally.Overflowed.Should().BePositive();
        (tally.Received + tally.Overflowed).Should().Be(Junk + sent);
    }

    /// <summary>Sends as fast as the machine can; returns how many.</summary>
    private static long Flood(int port, CancellationToken over)
    {
        using DatagramPeer peer = DatagramPeer.Connect(port);
        long sent = 0;
        for (; !over.IsCancellationRequested; sent++)
            peer.Send(_junk[sent % _junk.Length]);
        peer.HasMore.Should().BeFalse("junk is never answered");
        return sent;
    }

    /// <summary>Requests one sum and repeats it until its answer comes; returns how often it was sent.</summary>
    private static async Task<int> AskUntilAnsweredAsync(DatagramPeer peer, long id)
    {
        for (int sent = 1; sent * _repeat < Patience.Limit; sent++)
        {
            peer.Send($"{{\"A\":{id},\"B\":4,\"Id\":{id}}}");
            while (await peer.TryReceiveAsync(_repeat) is { } answer)
            {
                if (answer == $"{{\"Sum\":{id + 4},\"Id\":{id}}}\n")
                    return sent;
                answer.Should().MatchRegex("^{\"Sum\":\\d+,\"Id\":\\d+}\n$", "it can only be that to an earlier repeat");
            }
        }

        Assert.Fail($"Sum {id} was never answered.");
        return 0;
    }
}
