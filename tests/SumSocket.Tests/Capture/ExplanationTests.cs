using System.Net;
using FluentAssertions;
using SumSocket.Capture.Decoding;
using SumSocket.Sockets;
using Xunit;

namespace SumSocket.Tests.Capture;

/// <summary>Why a segment was sent, from the segments before it and what the programs did.</summary>
public sealed class ExplanationTests : IDisposable
{
    private const string Request = "{\"A\":7,\"B\":4}\n", Answer = "{\"Sum\":11}\n";

    private readonly Wire _wire = new();

    public void Dispose() => _wire.Dispose();

    [Fact]
    public void A_handshake_says_what_is_announced()
    {
        _wire.Connect();

        _wire.Words.Should().Equal(
            "handshake: asks to connect; announces MSS 1460, window scale 7, SACK",
            "handshake: accepts; announces MSS 1460, window scale 7, SACK",
            "handshake: complete");
        _wire.Looks.Should().Equal(
            "SYN seq 0 window 1000 MSS 1460 scale 7 SACK permitted", "SYN ACK seq 0 ack 1 window 1000 MSS 1460 scale 7 SACK permitted",
            "ACK seq 1 ack 1 window 128000");
    }

    [Fact]
    public void Requests_and_answers_are_numbered()
    {
        _wire.Connect().Round().Send(0, data: Request + Request + "{\"A\"").Send(1, data: Answer + Answer).Send(0, data: ":1,\"B\":2}\n");

        _wire.Words[3..].Should().Equal(
            "request 1", "answer 1", "acknowledges 11 bytes", "requests 2 to 3 and part of the next", "answers 2 to 3", "request 4");
    }

    [Fact]
    public void A_handshake_without_an_answer_is_tried_again()
    {
        _wire.Send(0, TcpFlags.Syn).Wait(TimeSpan.FromMilliseconds(1019)).Send(0, TcpFlags.Syn, back: 1);

        _wire.Last.Should().Be("handshake: asks again after 1.02 s: no answer came");
    }

    [Fact]
    public void A_keep_alive_probe_and_its_answer()
    {
        _wire.Connect().Round().Wait(TimeSpan.FromSeconds(15)).Send(0, TcpFlags.Ack, back: 1).Send(1, TcpFlags.Ack);

        _wire.Words[^2..].Should().Equal(
            "keep-alive probe: one byte before the next, after 15.001 s of silence", "answers the probe: this end is alive");
    }

    [Fact]
    public void A_probe_of_a_side_that_has_sent_nothing_since_the_handshake()
    {
        _wire.Connect().Wait(TimeSpan.FromSeconds(15)).Send(1, TcpFlags.Ack, back: 1);

        _wire.Last.Should().StartWith("keep-alive probe: one byte before the next");
    }

    [Fact]
    public void A_zero_window_its_probe_and_its_opening()
    {
        _wire.Connect().Send(0, data: Request).Send(1, TcpFlags.Ack, window: 0).Wait(TimeSpan.FromMilliseconds(204))
            .Send(0, TcpFlags.Ack, back: 1).Send(1, TcpFlags.Ack, window: 0).Send(1, TcpFlags.Ack, window: 500);

        _wire.Words[4..].Should().Equal(
            "zero window: its receive buffer is full, and the sender must wait",
            "zero-window probe: is there room again? one byte before the next, after 206 ms of silence",
            "answers the probe: this end is alive, and has no room yet",
            "window update: there is room again, for 64,000 bytes");
    }

    [Fact]
    public void A_retransmission_says_how_long_it_waited()
    {
        _wire.Connect().Send(0, data: Request).Wait(TimeSpan.FromMilliseconds(203)).Send(0, data: Request, back: 14);

        _wire.Last.Should().Be("retransmission after 204 ms: no acknowledgement came");
        _wire.Send(1, data: Answer).Send(0, data: Request).Last.Should().Be("request 2", "what was sent again is not counted again");
    }

    [Fact]
    public void A_fast_retransmission_says_what_led_to_it()
    {
        byte[] sack = [1, 1, 5, 10, 0, 0, 4, 5, 0, 0, 4, 19]; // 1029 to 1043: the third request
        _wire.Connect().Send(0, data: Request).Send(0, data: Request).Send(0, data: Request).Send(1, TcpFlags.Ack, unacknowledged: 28);
        for (int i = 0; i < 3; i++)
            _wire.Send(1, TcpFlags.Ack, options: sack, unacknowledged: 28);
        _wire.Send(0, data: Request, back: 28);

        _wire.Words[6..].Should().Equal(
            "acknowledges 14 bytes",
            "duplicate acknowledgement 1: something before the part it has (SACK) is missing",
            "duplicate acknowledgement 2: something before the part it has (SACK) is missing",
            "duplicate acknowledgement 3: something before the part it has (SACK) is missing",
            "fast retransmission after 6 ms: 3 duplicate acknowledgements say that something is missing");
    }

    [Fact]
    public void Both_ends_of_a_connection()
    {
        _wire.Connect().Send(0, TcpFlags.Fin | TcpFlags.Ack).Send(1, TcpFlags.Ack).Send(1, data: Answer)
            .Send(1, TcpFlags.Fin | TcpFlags.Ack).Send(0, TcpFlags.Ack);

        _wire.Words[3..].Should().Equal(
            "FIN: ends its sending side, and may still receive", "acknowledges the end of the other side", "answer 1",
            "FIN: ends its sending side too: both are closed", "acknowledges the end of the other side");
    }

    [Fact]
    public void A_refusal() => _wire.Send(0, TcpFlags.Syn).Send(1, TcpFlags.Rst | TcpFlags.Ack).Last
        .Should().Be("RST: refuses the connection: no process listens there");

    [Fact]
    public void A_reset_because_unread_data_was_thrown_away()
    {
        _wire.Connect().Send(0, data: Request).Does(1, SocketAction.Closes, bytes: 14).Send(1, TcpFlags.Rst | TcpFlags.Ack);

        _wire.Words[^2..].Should().Equal(
            "server: closes, with 14 bytes unread", "RST because unread data was thrown away: 14 bytes");
    }

    [Fact]
    public void A_reset_that_the_program_asked_for() => _wire
        .Connect().Does(0, SocketAction.Resets).Send(0, TcpFlags.Rst | TcpFlags.Ack).Last.Should()
        .Be("RST because the program asked for a reset instead of an end");

    [Fact]
    public void A_reset_for_data_behind_the_close()
    {
        _wire.Connect().Send(1, TcpFlags.Fin | TcpFlags.Ack).Send(0, data: Request).Send(1, TcpFlags.Rst);

        _wire.Last.Should().Be("RST because data came for a socket that is closed");
    }

    [Fact]
    public void Tls_and_a_proxy_header_are_known_by_their_first_bytes()
    {
        _wire.Connect().Send(0, data: "PROXY TCP4 10.0.0.1 10.0.0.2 40000 5656\r\n")
            .Send(0, data: "\u0016\u0003\u0001xx").Send(1, data: "\u0017\u0003\u0003\n");

        _wire.Words[3..].Should().Equal("PROXY header: the client's address", "TLS handshake", "TLS records with data, encrypted");
    }

    [Fact]
    public void A_report_of_the_network_belongs_to_the_connection_that_it_quotes()
    {
        IPEndPoint router = new(IPAddress.Parse("10.0.0.254"), 0);
        byte[] quoted = Wire.Ip(Wire.Client, Wire.Server, 6, Wire.Tcp(Wire.Client, Wire.Server, 1001, 0, TcpFlags.Ack))[..28];
        byte[] report = Wire.Ip(router, Wire.Client, 1, [3, 4, 0, 0, 0, 0, 5, 20, .. quoted]);
        _wire.Recorder.Take(_wire.Now, report, report.Length);
        _wire.Words.Should().BeEmpty("there is no such connection yet");
        _wire.Connect().Recorder.Take(_wire.Now, report, report.Length);

        _wire.Last.Should().Be(
            "ICMP from 10.0.0.254: packet too long for the next link, which takes 1300 bytes; it is about a packet to 10.0.0.2:5656");
    }

    [Fact]
    public void A_packet_that_passes_two_interfaces_counts_once()
    {
        byte[] packet = Wire.Ip(Wire.Client, Wire.Server, 6, Wire.Tcp(Wire.Client, Wire.Server, 1000, 0, TcpFlags.Syn), id: 7);
        _wire.Recorder.Take(_wire.Now, packet, packet.Length);
        _wire.Recorder.Take(_wire.Now + 1000, packet, packet.Length);

        _wire.Words.Should().ContainSingle();
    }

    [Fact]
    public void Connections_of_others_are_left_out()
    {
        Wire wire = new(areOwn: false);
        wire.Connect();
        wire.Words.Should().BeEmpty();
        wire.Recorder.Others.Should().Be(3);

        wire.Program.Add(new SocketEvent(wire.Now, new ObservedSocket(wire.Program, Wire.Server, Wire.Client), SocketAction.Connects));
        wire.Connect();
        wire.Recorder.Packets.Should().Be(3);
    }

    [Fact]
    public void Nothing_that_comes_can_make_it_fail()
    {
        Random random = new(7);
        byte[] packet = Wire.Ip(
            Wire.Client, Wire.Server, 6, Wire.Tcp(Wire.Client, Wire.Server, 1, 1, TcpFlags.Ack, Request, options: [2, 4, 5, 180]));
        for (int i = 0; i < 200_000; i++)
        {
            byte[] damaged = [.. packet.AsSpan(0, random.Next(packet.Length + 1))];
            for (int n = random.Next(4); n > 0 && damaged.Length > 0; n--)
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            _wire.Recorder.Take(_wire.Now + i, damaged, damaged.Length);
        }

        _wire.Words.Should().NotBeEmpty();
    }
}
