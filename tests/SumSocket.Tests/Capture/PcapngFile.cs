using System.Buffers.Binary;
using System.Text;
using FluentAssertions;

namespace SumSocket.Tests.Capture;

/// <summary>A packet of a file.</summary>
internal sealed record RecordedPacket(int Link, long Time, byte[] Bytes, int Length, IReadOnlyList<string> Comments);

/// <summary>Reads pcapng with one interface and time stamps in nanoseconds.</summary>
internal static class PcapngFile
{
    private const uint InterfaceBlock = 1, PacketBlock = 6;

    public static List<RecordedPacket> Packets(byte[] file)
    {
        List<(uint Type, byte[] Body)> blocks = Blocks(file);
        int link = BinaryPrimitives.ReadUInt16LittleEndian(blocks.Find(block => block.Type == InterfaceBlock).Body);
        return [.. blocks.Where(block => block.Type == PacketBlock).Select(block => Packet(link, block.Body))];
    }

    /// <summary>Type and body of each block; their lengths stand on both ends and are multiples of four.</summary>
    public static List<(uint Type, byte[] Body)> Blocks(byte[] file)
    {
        List<(uint, byte[])> blocks = [];
        for (int at = 0; at < file.Length;)
        {
            int length = BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(at + 4));
            (length & 3).Should().Be(0);
            BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(at + length - 4)).Should().Be(length);
            blocks.Add((BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at)), file[(at + 8)..(at + length - 4)]));
            at += length;
        }

        return blocks;
    }

    public static List<(int Code, string Value)> Options(byte[] body, int at)
    {
        List<(int, string)> options = [];
        while (BinaryPrimitives.ReadUInt16LittleEndian(body.AsSpan(at)) is not 0 and var code)
        {
            int length = BinaryPrimitives.ReadUInt16LittleEndian(body.AsSpan(at + 2));
            options.Add((code, Encoding.UTF8.GetString(body, at + 4, length)));
            at += 4 + ((length + 3) & ~3);
        }

        return options;
    }

    private static RecordedPacket Packet(int link, byte[] body)
    {
        long time = (long)BinaryPrimitives.ReadUInt32LittleEndian(body.AsSpan(4)) << 32
            | BinaryPrimitives.ReadUInt32LittleEndian(body.AsSpan(8));
        int captured = BinaryPrimitives.ReadInt32LittleEndian(body.AsSpan(12));
        int length = BinaryPrimitives.ReadInt32LittleEndian(body.AsSpan(16));
        return new RecordedPacket(
            link, time, body[20..(20 + captured)], length, [.. Options(body, 20 + ((captured + 3) & ~3)).Select(one => one.Value)]);
    }
}
