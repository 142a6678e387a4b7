namespace SumSocket.Capture.Decoding;

/// <summary>What one end of a conversation has sent.</summary>
internal sealed class Side
{
    private const int Remembered = 32; // segments

    private readonly SentSegment[] _sent = new SentSegment[Remembered];
    private int _count;
    private int _scale = -1;
    private bool _hasStart;

    public uint Start { get; private set; }

    public uint Next { get; private set; }

    public bool HasNext { get; private set; }

    public bool HasSynced { get; private set; }

    public bool HasEnded { get; private set; }

    /// <summary>Whether it has acknowledged anything.</summary>
    public bool HasAcked { get; private set; }

    /// <summary>What the other end has acknowledged of it.</summary>
    public uint Acknowledged { get; private set; }

    public long Bytes { get; set; }

    public long Messages { get; set; }

    public bool IsClosed { get; set; }

    public ushort LastWindow { get; private set; }

    public long LastTime { get; set; }

    public Why LastWhy { get; set; }

    public long Duplicates { get; private set; }

    public SocketAction Action { get; set; }

    public int Unread { get; set; }

    public Segment? Last { get; set; }

    /// <summary>Whether it sends TLS: a segment may begin inside a record, and looks like anything then.</summary>
    public bool IsTls { get; private set; }

    /// <summary>Its probes since something came from the other end.</summary>
    public long Unanswered { get; set; }

    public int Outstanding => HasNext ? (int)(Next - Acknowledged) : 0;

    public long CountDuplicate() => ++Duplicates;

    public void Begin(in Segment segment)
    {
        if (HasSynced)
            return;
        (Start, _hasStart, HasSynced) = (segment.Sequence, true, true);
        (Next, Acknowledged) = (segment.Sequence, segment.Sequence);
        _scale = segment.Options.WindowScale;
    }

    /// <summary>A capture may begin in the middle of a connection.</summary>
    public void KnowsStart(uint sequence)
    {
        if (_hasStart)
            return;
        (Start, _hasStart, Acknowledged) = (sequence, true, sequence);
    }

    public void Acknowledge(uint number)
    {
        if ((int)(number - Acknowledged) <= 0)
            return;
        (Acknowledged, Duplicates) = (number, 0);
    }

    /// <summary>Remembers it.</summary>
    /// <returns>Whether it has something new.</returns>
    public bool Take(in Segment segment)
    {
        HasAcked |= segment.Has(TcpFlags.Ack);
        LastWindow = segment.Window;
        bool isNew = segment.End != segment.Sequence && (!HasNext || (int)(segment.End - Next) > 0);
        if (segment.End != segment.Sequence && !segment.Has(TcpFlags.Rst))
        {
            _sent[_count++ % Remembered] = new SentSegment(segment.Sequence, segment.End, segment.Time);
            if (isNew)
                (Next, HasNext) = (segment.End, true);
        }
        else if (!HasNext)
            (Next, HasNext) = (segment.Sequence, true);
        HasEnded |= segment.Has(TcpFlags.Fin);
        IsTls |= segment.First is FirstBytesKind.TlsHandshake or FirstBytesKind.TlsAlert or FirstBytesKind.TlsData;
        if (!isNew)
            return false;
        Bytes += segment.Length;
        Messages += !IsTls && segment.First is (FirstBytesKind.Message or FirstBytesKind.Other) ? segment.Messages : 0;
        return true;
    }

    /// <summary>The last segment that had that byte, in which others may begin when it is sent again; null when there was none, or too long
    /// ago.</summary>
    public SentSegment? SentAt(uint sequence)
    {
        for (int i = _count - 1; i >= 0 && i >= _count - Remembered; i--)
        {
            SentSegment one = _sent[i % Remembered];
            if (sequence - one.Sequence < one.End - one.Sequence)
                return one;
        }

        return null;
    }

    /// <summary>The window that a segment of this end announces: scaled unless one of the two has no such option.</summary>
    public long Window(in Segment segment, Side other) =>
        segment.Has(TcpFlags.Syn) || (HasSynced && _scale < 0) || (other.HasSynced && other._scale < 0) ? segment.Window
            : HasSynced ? (long)segment.Window << _scale : -1;
}

/// <summary>Numbers and time of a segment.</summary>
internal readonly record struct SentSegment(uint Sequence, uint End, long Time);
