using System.Buffers.Text;

namespace SumSocket.Commands.Sum;

/// <summary>Collects short lines and writes them in few pieces.</summary>
internal sealed class LineWriter(Stream output)
{
    private const int LongestLine = 64; // a 64-bit number takes 20, the longest error less than 40

    private readonly byte[] _buffer = new byte[64 * 1024];

    /// <summary>Bytes not yet written.</summary>
    public int Pending { get; private set; }

    public void Add(long number)
    {
        MakeRoom();
        _ = Utf8Formatter.TryFormat(number, _buffer.AsSpan(Pending), out int length); // there is room
        End(length);
    }

    /// <summary>Adds a line of text, at most 63 ASCII characters.</summary>
    public void Add(string text)
    {
        MakeRoom();
        End(Encoding.ASCII.GetBytes(text, _buffer.AsSpan(Pending)));
    }

    /// <summary>Writes what was added. It waits for the reader, and that slows a fast input down.</summary>
    public void Flush()
    {
        if (Pending == 0)
            return;
        output.Write(_buffer.AsSpan(0, Pending));
        output.Flush();
        Pending = 0;
    }

    private void MakeRoom()
    {
        if (_buffer.Length - Pending < LongestLine)
            Flush();
    }

    private void End(int length)
    {
        _buffer[Pending + length] = (byte)'\n';
        Pending += length + 1;
    }
}
