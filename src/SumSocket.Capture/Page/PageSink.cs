using SumSocket.Capture.Live;

namespace SumSocket.Capture.Page;

/// <summary>Gathers what a page shows while packets come, folded, and writes the page at the end.</summary>
/// <param name="output">Where to, which this closes.</param>
/// <param name="title">What was run.</param>
internal sealed class PageSink(Stream output, string title) : IPacketSink
{
    private const int MostRows = 1500;
    private const int MostStories = 500;

    private readonly RowBudget _budget = new(MostRows);
    private readonly Dictionary<int, Story> _stories = [];
    private readonly List<SocketEvent> _failures = []; // of sockets that never had a packet
    private long _retransmissions, _beyond;

    public void Add(Conversation? conversation, int side, in SocketEvent happened)
    {
        if (conversation is not null)
            StoryOf(conversation)?.Add(side, happened);
        else if (happened.Action == SocketAction.ConnectFailed && _failures.Count < 20)
            _failures.Add(happened);
    }

    public void Add(Conversation conversation, in Segment segment, in Explained why, ReadOnlySpan<byte> bytes, int length)
    {
        if (why.Why is Why.Retransmits or Why.RetransmitsEarly or Why.ConnectsAgain or Why.AcceptsAgain or Why.EndsAgain)
            _retransmissions++;
        if (StoryOf(conversation) is { } story)
            story.Add(segment, why);
        else if (conversation.Packets == 1)
            _beyond++;
    }

    public void Pause()
    {
    }

    public void End(CaptureTotals totals)
    {
        foreach (Story story in _stories.Values)
            story.End();
        SequencePage page = new(title, totals)
        {
            Stories = [.. _stories.Values],
            Retransmissions = _retransmissions,
            Beyond = _beyond,
            Failures = _failures,
        };
        if (output.CanSeek)
            output.SetLength(0);
        output.Write(page.Write());
        output.Flush();
    }

    public void Dispose() => output.Dispose();

    private Story? StoryOf(Conversation conversation)
    {
        if (_stories.TryGetValue(conversation.Number, out Story? story))
            return story;
        if (_stories.Count == MostStories)
            return null;
        return _stories[conversation.Number] = new Story(conversation, _budget);
    }
}
