namespace SumSocket.Capture.Live;

/// <summary>Writes each packet with why it was sent, and with what the program did just before.</summary>
internal sealed class PcapngSink(PcapngWriter writer) : IPacketSink
{
    private const int MostWaiting = 16;

    private readonly List<string> _comments = [];

    public void Add(Conversation? conversation, int side, in SocketEvent happened)
    {
        if (conversation is null || !ProgramWords.IsNotable(happened))
            return;
        List<string> texts = conversation.Waiting ??= [];
        if (texts.Count < MostWaiting)
            texts.Add($"{(side == 0 ? "client" : "server")} program: {ProgramWords.Of(happened)}");
    }

    public void Add(Conversation conversation, in Segment segment, in Explained why, ReadOnlySpan<byte> bytes, int length)
    {
        _comments.Clear();
        _comments.Add(Explanation.Words(segment, why));
        if (conversation.Waiting is { } texts)
        {
            _comments.AddRange(texts);
            conversation.Waiting = null;
        }

        writer.Write(segment.Time, bytes, length, _comments);
    }

    public void Pause() => writer.Flush();

    public void End(CaptureTotals totals) => writer.End(ObservedSocket.Now, totals.Packets + totals.Others, totals.Dropped);

    public void Dispose() => writer.Dispose();
}
