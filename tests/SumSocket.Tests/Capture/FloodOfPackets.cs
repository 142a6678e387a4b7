using System.Buffers.Binary;
using SumSocket.Capture.Decoding;

namespace SumSocket.Tests.Capture;

/// <summary>Packets without end, of connections that ask by turns: request, answer, acknowledgement. One round in three hundred has a
/// retransmission.</summary>
internal sealed class FloodOfPackets(int connections)
{
    private readonly byte[] _request = Make("{\"A\":7,\"B\":4}\n", toServer: true);
    private readonly byte[] _answer = Make("{\"Sum\":11}\n", toServer: false);
    private readonly byte[] _ack = Make("", toServer: true);
    private int _count;

    public long Now => _count * 12_500L;

    public int Length { get; private set; }

    public byte[] Next()
    {
        int round = _count / 3, step = _count++ % 3, connection = round % connections, turn = round / connections;
        bool isRepeated = round % 300 == 299;
        byte[] packet = step == 0 || (isRepeated && step == 1) ? _request : step == 1 ? _answer : _ack;
        bool toServer = packet != _answer;
        (uint sent, uint answered) = (1000 + 14 * (uint)turn, 5000 + 11 * (uint)turn);
        (uint sequence, uint ack) = toServer
            ? (packet == _ack ? (sent + 14, answered + 11) : (sent, answered))
            : (answered, sent + 14);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(4), (ushort)_count);
        packet[(toServer ? 12 : 16) + 1] = (byte)(connection >> 8);
        packet[(toServer ? 12 : 16) + 2] = (byte)connection;
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(24), sequence);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(28), ack);
        Length = packet.Length;
        return packet;
    }

    private static byte[] Make(string data, bool toServer)
    {
        (System.Net.IPEndPoint from, System.Net.IPEndPoint to) = toServer ? (Wire.Client, Wire.Server) : (Wire.Server, Wire.Client);
        return Wire.Ip(from, to, 6, Wire.Tcp(from, to, 0, 0, TcpFlags.Ack | TcpFlags.Psh, data));
    }
}
