using System.Buffers.Binary;
using FluentAssertions;
using SumSocket.Capture.Decoding;
using SumSocket.Capture.Live;
using SumSocket.Sockets;
using Xunit;

namespace SumSocket.Tests.Capture;

/// <summary>The bytes of pcapng, as draft-ietf-opsawg-pcapng has them.</summary>
public sealed class PcapngWriterTests : IDisposable
{
    private readonly MemoryStream _output = new();

    public void Dispose() => _output.Dispose();

    [Fact]
    public void A_file_has_a_section_an_interface_its_packets_and_its_losses()
    {
        using PcapngWriter writer = new(_output, link: 101, snapLength: 65_599, "lo", "tcp port 5656");
        writer.Write(0x1234_5678_9ABC_DEF0, [1, 2, 3, 4, 5], length: 9, ["request 1", "client program: closes"]);
        writer.End(time: 7, received: 3, dropped: 2);

        List<(uint Type, byte[] Body)> blocks = PcapngFile.Blocks(_output.ToArray());
        blocks.Select(block => block.Type).Should().Equal(0x0A0D0D0A, 1u, 6u, 5u);
        blocks[0].Body[..16].Should().Equal(0x4D, 0x3C, 0x2B, 0x1A, 1, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255);
        PcapngFile.Options(blocks[0].Body, 16).Should().ContainSingle(one => one.Code == 4).Which.Value.Should().StartWith("SumSocket ");
        BinaryPrimitives.ReadUInt16LittleEndian(blocks[1].Body).Should().Be(101);
        PcapngFile.Options(blocks[1].Body, 8).Should().Equal((2, "lo"), (9, "\t"), (11, "\0tcp port 5656"));
        blocks[2].Body[..28].Should().Equal(
            0, 0, 0, 0, 0x78, 0x56, 0x34, 0x12, 0xF0, 0xDE, 0xBC, 0x9A, 5, 0, 0, 0, 9, 0, 0, 0, 1, 2, 3, 4, 5, 0, 0, 0);
        PcapngFile.Options(blocks[2].Body, 28).Should().Equal((1, "request 1"), (1, "client program: closes"));
        PcapngFile.Options(blocks[3].Body, 12).Should().Equal((4, "\u0003\0\0\0\0\0\0\0"), (5, "\u0002\0\0\0\0\0\0\0"));
    }

    [Fact]
    public void A_long_packet_and_a_long_comment_fit()
    {
        using PcapngWriter writer = new(_output, 101, 65_599, "lo", "");
        byte[] packet = new byte[600_000];
        writer.Write(1, packet, packet.Length, [new string('x', 100_000)]);
        writer.End(2, 1, 0);

        RecordedPacket read = PcapngFile.Packets(_output.ToArray()).Single();
        read.Bytes.Should().HaveCount(packet.Length);
        read.Comments.Single().Should().HaveLength(8192);
    }

    [Fact]
    public void Each_packet_says_why_it_was_sent_and_what_the_program_did_before()
    {
        PcapngWriter writer = new(_output, Wire.Link, 65_599, "lo", "");
        using PcapngSink sink = new(writer);
        Wire wire = new(sink: sink);
        wire.Connect().Round().Does(1, SocketAction.Decided, text: "idle_timeout").Does(1, SocketAction.Wrote, 11, 1)
            .Send(1, TcpFlags.Fin | TcpFlags.Ack);
        sink.End(new CaptureTotals(0, 7, 0, 0));

        PcapngFile.Packets(_output.ToArray()).Select(packet => string.Join('|', packet.Comments)).Should().Equal(
            "handshake: asks to connect; announces MSS 1460, window scale 7, SACK",
            "handshake: accepts; announces MSS 1460, window scale 7, SACK",
            "handshake: complete", "request 1", "answer 1", "acknowledges 11 bytes",
            "FIN: ends its sending side, and may still receive|"
            + "server program: decides to end the connection: the read deadline passed (idle_timeout)");
    }
}
