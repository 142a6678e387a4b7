using System.Text;
using SumSocket.Capture.Live;
using SumSocket.Cli.Html;

namespace SumSocket.Capture.Page;

/// <summary>The conversations of a run as a page: one HTML file without a script.</summary>
/// <param name="title">What was run.</param>
/// <param name="totals">What was captured.</param>
internal sealed class SequencePage(string title, CaptureTotals totals)
{
    private const int MostLength = 850_000; // a picture and the table may follow
    private const int Many = 40;
    private const int MostListed = 200;
    private const int MostPictures = 40;

    private static readonly string _style = ReadStyle();
    private static readonly PageHead _head = new(_style);

    private static readonly string[] _heads =
        ["Client", "Server", "Begins", "Lasts", "Packets", "Sent again", "Bytes out", "Bytes back"];

    private readonly HtmlWriter _page = new();

    public required IReadOnlyList<Story> Stories { get; init; }

    /// <summary>Conversations that there was no room for at all.</summary>
    public long Beyond { get; init; }

    public long Retransmissions { get; init; }

    /// <summary>Attempts to connect of which no packet was seen.</summary>
    public IReadOnlyList<SocketEvent> Failures { get; init; } = [];

    /// <summary>Makes the page, as UTF-8.</summary>
    public byte[] Write()
    {
        _page.Own("<!DOCTYPE html>\n");
        using (_page.Open("html", ("lang", "en")))
        {
            _head.Write(_page, $"{title}: packets");
            using (_page.Open("body"))
            {
                using (_page.Open("main"))
                {
                    WriteHeader();
                    WriteList();
                    int written = WriteStories();
                    if (written < Stories.Count || Beyond > 0)
                        _page.Element(
                            "p", $"{Count(Stories.Count - written + Beyond, "more conversation")} would make the page too long. "
                            + "A capture to a file .pcapng has all packets.", ("class", "note"));
                }

                _page.Element(
                    "footer", "Written by SumSocket; docs/capture.md there says how to read it. Times are seconds since the capture began, "
                    + "as this machine saw the packets.");
            }
        }

        return Encoding.UTF8.GetBytes(_page.ToString());
    }

    private void WriteHeader()
    {
        using (_page.Open("header"))
        {
            _page.Element("h1", title);
            DateTime begin = DateTime.UnixEpoch.AddTicks(totals.Begin / 100);
            long conversations = Stories.Count + Beyond;
            _page.Element("p", $"{Count(totals.Packets, "packet")} of {Count(conversations, "conversation")}, "
                + $"{Count(Retransmissions, "retransmission")}, "
                + Invariant($"captured from {begin:yyyy-MM-dd HH:mm:ss.fff}Z on."));
            _page.Element("p", totals.Dropped == 0
                ? "No packet was lost to the capture."
                : $"{Count(totals.Dropped, "packet")} came too fast and {(totals.Dropped == 1 ? "is" : "are")} missing here.",
                ("class", totals.Dropped == 0 ? "note" : "bad"));
            foreach (SocketEvent failure in Failures)
                _page.Element("p", $"A connection to {failure.Socket.Remote} was not made, and no packet of it was seen: {failure.Text}",
                    ("class", "bad"));
        }
    }

    /// <summary>What there is, where that is more than one.</summary>
    private void WriteList()
    {
        if (Stories.Count < 2)
            return;
        using (_page.Open("div", ("class", "scroll"), ("role", "region"), ("aria-label", "Conversations"), ("tabindex", "0")))
        using (_page.Open("table"))
        {
            _page.Element("caption", "Conversations");
            using (_page.Open("thead"))
            using (_page.Open("tr"))
            {
                foreach (string head in _heads)
                    _page.Element("th", head, ("scope", "col"));
            }

            using (_page.Open("tbody"))
            {
                foreach (Story story in Stories.Take(MostListed))
                    WriteListed(story.Conversation);
            }
        }
    }

    private void WriteListed(Conversation one)
    {
        using (_page.Open("tr"))
        {
            using (_page.Open("th", ("scope", "row")))
                _page.Element("a", one.Key.Client.ToString(), ("href", Invariant($"#c{one.Number}")));
            foreach (string cell in (string[])[
                one.Key.Server.ToString(), Seconds(one.FirstTime), Explanation.Time(one.LastTime - one.FirstTime),
                Invariant($"{one.Packets:#,##0}"), Invariant($"{one.Retransmissions:#,##0}"), Invariant($"{one.Bytes(0):#,##0}"),
                Invariant($"{one.Bytes(1):#,##0}")])
                _page.Element("td", cell);
        }
    }

    /// <summary>Those with something out of the ordinary come first where there are many, since not all may have room.</summary>
    private int WriteStories()
    {
        int written = 0, pictures = 0;
        IEnumerable<Story> inOrder = Stories.Count > Many ? Stories.OrderByDescending(story => story.IsNotable) : Stories;
        foreach (Story story in inOrder.Where(story => story.Rows.Count > 0))
        {
            if (_page.Length > MostLength)
                break;
            Conversation one = story.Conversation;
            using (_page.Open("section", ("id", Invariant($"c{one.Number}"))))
            {
                _page.Element("h2", $"{one.Key.Client} to {one.Key.Server} ({(one.Key.IsTcp ? "TCP" : "UDP")})");
                new Diagram(_page, story, totals.Begin).Write();
                if (pictures++ < MostPictures)
                    new TimePicture(_page, story, totals.Begin).Write();
            }

            written++;
        }

        return written;
    }

    private string Seconds(long time) => Invariant($"{(time - totals.Begin) / 1e9:0.000000} s");

    private static string Count(long count, string noun) => Invariant($"{count:#,##0} {noun}{(count == 1 ? "" : "s")}");

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    private static string ReadStyle()
    {
        using StreamReader reader = new(typeof(SequencePage).Assembly.GetManifestResourceStream("sequence.css")!, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
