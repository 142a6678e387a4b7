using FluentAssertions;
using SumSocket.Capture.Decoding;
using Xunit;

namespace SumSocket.Tests.Capture;

/// <summary>What looks like something else at first sight.</summary>
public sealed class ConversationTests : IDisposable
{
    private const string Request = "{\"A\":7,\"B\":4}\n", Answer = "{\"Sum\":11}\n";

    private readonly Wire _wire = new();

    [Fact]
    public void A_dead_peer_is_given_up_after_probes_without_an_answer()
    {
        _wire.Connect().Round();
        for (int i = 0; i < 3; i++)
            _wire.Wait(TimeSpan.FromSeconds(15)).Send(0, TcpFlags.Ack, back: 1);

        _wire.Send(0, TcpFlags.Rst | TcpFlags.Ack).Last.Should().Be("RST: gives up: 3 probes had no answer");
    }

    [Fact]
    public void A_reset_behind_a_probe_that_was_answered_has_another_reason() => _wire
        .Connect().Round().Wait(TimeSpan.FromSeconds(15)).Send(0, TcpFlags.Ack, back: 1).Send(1, TcpFlags.Ack)
        .Send(0, TcpFlags.Rst | TcpFlags.Ack).Last.Should().StartWith("RST because unread data was thrown away");

    [Fact]
    public void A_part_of_a_segment_that_is_sent_again_is_a_retransmission() => _wire
        .Connect().Send(0, data: Request + Request).Send(0, data: Request, back: 14).Last.Should().StartWith("retransmission after 1 ms");

    [Fact]
    public void What_this_machine_sends_again_is_a_retransmission_however_old_it_is()
    {
        _wire.Connect();
        for (int i = 0; i < 40; i++)
            _wire.Send(1, data: Answer);

        _wire.Send(1, data: Answer, back: 40 * (uint)Answer.Length).Last.Should().StartWith("retransmission later");
    }

    [Fact]
    public void A_side_that_sends_TLS_sends_no_requests() => _wire
        .Connect().Send(0, data: "\u0016\u0003\u0001xx").Send(0, data: "{\n\n").Last.Should().Be("TLS records, continued");

    [Fact]
    public void A_segment_without_a_number_of_its_own_is_a_double_only_at_the_same_time()
    {
        byte[] data = Wire.Ip(Wire.Client, Wire.Server, 6, Wire.Tcp(Wire.Client, Wire.Server, 1000, 0, TcpFlags.Ack, Request));
        foreach (long later in (long[])[0, 200_000, 300_000_000])
            _wire.Recorder.Take(_wire.Now + later, data, data.Length);

        _wire.Words.Should().HaveCount(2);
        _wire.Last.Should().StartWith("retransmission after 300 ms");
    }

    /// <inheritdoc/>
    public void Dispose() => _wire.Dispose();
}
