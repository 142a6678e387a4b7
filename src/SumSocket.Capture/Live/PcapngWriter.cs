using System.Buffers.Binary;
using System.Text;

namespace SumSocket.Capture.Live;

/// <summary>Writes pcapng (draft-ietf-opsawg-pcapng): one section with one interface, time stamps in nanoseconds, a comment or several on
/// each packet.</summary>
// SHB, IDB, EPB*, ISB; each: type, length, body padded to four bytes, length again; all in little-endian
internal sealed class PcapngWriter : IDisposable
{
    private const uint Section = 0x0A0D0D0A, Interface = 1, Packet = 6, Statistics = 5;
    private const ushort Comment = 1, UserApplication = 4, Name = 2, Resolution = 9, Filter = 11, Received = 4, Dropped = 5;
    private const int FlushAt = 256 * 1024;
    private const int LongestText = 8 * 1024;

    private readonly Stream _output;
    private byte[] _buffer = new byte[2 * FlushAt];
    private int _length;
    private int _block; // where the block in the making begins

    /// <param name="output">Where to, which this closes.</param>
    /// <param name="link">The link type of all packets.</param>
    /// <param name="snapLength">The most bytes of a packet.</param>
    /// <param name="device">The interface's name.</param>
    /// <param name="filter">What was captured, in the language of pcap-filter(7).</param>
    public PcapngWriter(Stream output, int link, int snapLength, string device, string filter)
    {
        _output = output;
        Begin(Section);
        Write32(0x1A2B3C4D);
        Write16(1); // version 1.0
        Write16(0);
        Write64(ulong.MaxValue); // the length of the section is not given
        WriteOption(UserApplication, $"SumSocket {OwnVersion}");
        EndOptions();
        Begin(Interface);
        Write16((ushort)link);
        Write16(0);
        Write32((uint)snapLength);
        WriteOption(Name, device);
        WriteOption(Resolution, [9]);
        WriteOption(Filter, [0, .. Encoding.UTF8.GetBytes(filter)]);
        EndOptions();
    }

    private static string OwnVersion => typeof(PcapngWriter).Assembly.GetName().Version?.ToString(3) ?? "";

    /// <summary>Writes one packet.</summary>
    /// <param name="time">Nanoseconds since 1970.</param>
    /// <param name="bytes">As much as was captured of it.</param>
    /// <param name="length">How long it was.</param>
    /// <param name="comments">What is said about it.</param>
    public void Write(long time, ReadOnlySpan<byte> bytes, int length, IReadOnlyList<string> comments)
    {
        Begin(Packet);
        Write32(0);
        Write32((uint)(time >> 32));
        Write32((uint)time);
        Write32((uint)bytes.Length);
        Write32((uint)length);
        Reserve(bytes.Length + 4);
        bytes.CopyTo(_buffer.AsSpan(_length));
        _length += bytes.Length;
        Pad();
        for (int i = 0; i < comments.Count; i++)
            WriteOption(Comment, comments[i]);
        EndOptions();
        if (_length >= FlushAt)
            Flush();
    }

    /// <summary>Writes how many packets came and were lost, at the end.</summary>
    public void End(long time, long received, long dropped)
    {
        Begin(Statistics);
        Write32(0);
        Write32((uint)(time >> 32));
        Write32((uint)time);
        WriteOption(Received, BitConverter.GetBytes(received));
        WriteOption(Dropped, BitConverter.GetBytes(dropped));
        EndOptions();
        Flush();
    }

    /// <summary>Gives what is complete to the file.</summary>
    public void Flush()
    {
        _output.Write(_buffer, 0, _length);
        _output.Flush();
        _length = 0;
    }

    public void Dispose() => _output.Dispose();

    private void Begin(uint type)
    {
        _block = _length;
        Write32(type);
        Write32(0); // the length, at the end
    }

    private void EndOptions()
    {
        Write32(0);
        uint length = (uint)(_length - _block) + 4;
        Write32(length);
        BinaryPrimitives.WriteUInt32LittleEndian(_buffer.AsSpan(_block + 4), length);
    }

    private void WriteOption(ushort code, string text)
    {
        if (text.Length > LongestText)
            text = text[..LongestText];
        Reserve(3 * text.Length + 8);
        Write16(code);
        int written = Encoding.UTF8.GetBytes(text, _buffer.AsSpan(_length + 2));
        Write16((ushort)written);
        _length += written;
        Pad();
    }

    private void WriteOption(ushort code, ReadOnlySpan<byte> value)
    {
        Reserve(value.Length + 8);
        Write16(code);
        Write16((ushort)value.Length);
        value.CopyTo(_buffer.AsSpan(_length));
        _length += value.Length;
        Pad();
    }

    private void Pad()
    {
        while (((_length - _block) & 3) != 0)
            _buffer[_length++] = 0;
    }

    private void Write16(ushort value)
    {
        Reserve(2);
        BinaryPrimitives.WriteUInt16LittleEndian(_buffer.AsSpan(_length), value);
        _length += 2;
    }

    private void Write32(uint value)
    {
        Reserve(4);
        BinaryPrimitives.WriteUInt32LittleEndian(_buffer.AsSpan(_length), value);
        _length += 4;
    }

    private void Write64(ulong value)
    {
        Write32((uint)value);
        Write32((uint)(value >> 32));
    }

    private void Reserve(int more)
    {
        if (_buffer.Length - _length < more + 16)
            Array.Resize(ref _buffer, Math.Max(2 * _buffer.Length, _length + more + 16));
    }
}
