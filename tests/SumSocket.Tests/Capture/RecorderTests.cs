using System.Buffers.Binary;
using System.Net;
using FluentAssertions;
using SumSocket.Capture.Decoding;
using SumSocket.Capture.Live;
using SumSocket.Sockets;
using Xunit;

namespace SumSocket.Tests.Capture;

/// <summary>Which conversation a packet belongs to, and for how long one is remembered.</summary>
public sealed class RecorderTests : IDisposable
{
    private readonly Wire _wire = new();

    [Fact]
    public void A_flood_of_attempts_is_forgotten_and_real_connections_are_not()
    {
        _wire.Connect().Round();
        for (int i = 0; i < Recorder.MaxConversations; i++)
        {
            IPEndPoint from = new(new IPAddress([11, (byte)(i >> 16), (byte)(i >> 8), (byte)i]), 40_000);
            byte[] syn = Wire.Ip(from, Wire.Server, 6, Wire.Tcp(from, Wire.Server, 1, 0, TcpFlags.Syn));
            _wire.Recorder.Take(_wire.Now, syn, syn.Length);
        }

        _wire.Recorder.Forgotten.Should().Be(Recorder.MaxConversations / 10);
        _wire.Round().Words.Should().Contain("request 2", "it is known what came before");
    }

    [Fact]
    public void A_handshake_with_another_first_number_begins_a_conversation()
    {
        _wire.Connect().Round();

        _wire.Send(0, TcpFlags.Syn, back: unchecked((uint)-5000)).Looks[^1].Should().StartWith("SYN seq 0 ");
    }

    [Fact]
    public void A_port_that_another_program_has_taken_over_is_left_out()
    {
        Wire wire = new(areOwn: false);
        ObservedSocket socket = new(wire.Program, Wire.Server, Wire.Client);
        wire.Program.Add(new SocketEvent(wire.Now, socket, SocketAction.Connects));
        wire.Connect();
        wire.Program.Add(new SocketEvent(++wire.Now, socket, SocketAction.Closes));
        wire.Recorder.TakeEvents(wire.Now);
        wire.Wait(TimeSpan.FromSeconds(3)).Recorder.TakeEvents(wire.Now);

        wire.Send(0, TcpFlags.Syn, back: unchecked((uint)-5000)).Send(0, data: "x");

        wire.Recorder.Packets.Should().Be(3);
        wire.Recorder.Others.Should().Be(2);
    }

    [Fact]
    public void The_parts_of_the_newest_datagrams_are_found_however_many_were_lost()
    {
        using Wire said = new();
        Recorder recorder = new(new CaptureScope([Wire.Server], IsTcp: false, AllConnections: true), said.Program, Wire.Link, said);
        for (ushort id = 1; id <= Recorder.MaxFragments + 1; id++)
            Take(recorder, Fragment(id, offset: 0, isLast: false));

        Take(recorder, Fragment(Recorder.MaxFragments + 1, offset: 100, isLast: true));
        said.Last.Should().StartWith("a further part of a datagram");
        Take(recorder, Fragment(1, offset: 100, isLast: true));

        recorder.Others.Should().Be(1, "the oldest made room");
    }

    [Fact]
    public void Each_part_of_a_datagram_counts_and_one_that_is_seen_twice_does_not()
    {
        using Wire said = new();
        Recorder recorder = new(new CaptureScope([Wire.Server], IsTcp: false, AllConnections: true), said.Program, Wire.Link, said);

        foreach (int offset in (int[])[0, 101, 202, 202])
            Take(recorder, Fragment(id: 7, offset, isLast: false));

        recorder.Packets.Should().Be(3);
    }

    /// <inheritdoc/>
    public void Dispose() => _wire.Dispose();

    private static void Take(Recorder recorder, byte[] packet) => recorder.Take(1, packet, packet.Length);

    private static byte[] Fragment(ushort id, int offset, bool isLast)
    {
        byte[] data = new byte[808];
        BinaryPrimitives.WriteUInt16BigEndian(data, (ushort)Wire.Client.Port);
        BinaryPrimitives.WriteUInt16BigEndian(data.AsSpan(2), (ushort)Wire.Server.Port);
        BinaryPrimitives.WriteUInt16BigEndian(data.AsSpan(4), 1100);
        byte[] packet = Wire.Ip(Wire.Client, Wire.Server, 17, data, id);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(6), (ushort)(offset | (isLast ? 0 : 0x2000)));
        return packet;
    }
}
