using SumSocket.Cli.Html;

namespace SumSocket.Capture.Page;

/// <summary>A conversation step by step: both programs, and the packets between their hosts.</summary>
internal sealed class Diagram(HtmlWriter page, Story story, long begin)
{
    private static readonly string[] _ends = ["client", "server"];

    public void Write()
    {
        using (page.Open("div", ("class", "ends"), ("aria-hidden", "true")))
        {
            page.Element("span", "time");
            page.Element("span", "client's program");
            page.Element("span", $"{story.Conversation.Key.Client}", ("class", "host"));
            page.Element("span", $"{story.Conversation.Key.Server}", ("class", "host"));
            page.Element("span", "server's program");
        }

        using (page.Open("ol", ("class", "steps")))
        {
            long before = begin;
            foreach (Row row in story.Rows)
            {
                WriteRow(row, before);
                before = row.Kind == RowKind.Fold ? row.Fold.Until : row.Time;
            }
        }
    }

    private void WriteRow(in Row row, long before)
    {
        string css = row.Kind switch
        {
            RowKind.Fold => "fold",
            RowKind.Program => row.Side == 0 ? "program" : "program peer",
            _ when row.Why.Why == Why.Report => "back report odd",
            _ => (row.Why.Side == 0 ? "out" : "back") + (IsOdd(row) ? " odd" : ""),
        };
        using (page.Open("li", ("class", css)))
        {
            page.Element(
                "time", FormattableString.Invariant($"{(row.Time - begin) / 1e9:0.000000}"),
                ("title", row.Time > before ? $"{Explanation.Time(row.Time - before)} later" : null));
            switch (row.Kind)
            {
                case RowKind.Fold:
                    page.Element("p", Folded(row.Fold));
                    break;
                case RowKind.Program:
                    WriteProgram(row);
                    break;
                default:
                    using (page.Open("div"))
                    {
                        page.Element("span", row.Why.Side == 0 ? "client to server: " : "server to client: ", ("class", "unseen"));
                        page.Element("code", Explanation.Look(row.Segment, row.Why));
                        page.Element("p", Explanation.Words(row.Segment, row.Why));
                    }

                    break;
            }
        }
    }

    private void WriteProgram(in Row row)
    {
        using (page.Open("div"))
        {
            page.Element("span", $"{_ends[row.Side]}'s program ", ("class", "unseen"));
            page.Text(Did(row));
            if (row.Event.State != TcpState.Unknown)
                page.Element("b", StateName(row.Event.State), ("title", "the kernel's state of the connection then"));
        }
    }

    /// <summary>What it did, with the numbers of the messages.</summary>
    private static string Did(in Row row)
    {
        SocketEvent happened = row.Event;
        if (happened.Messages == 0 || happened.Action is not (SocketAction.Wrote or SocketAction.Received))
            return ProgramWords.Of(happened);
        string noun = (row.Side == 0) == (happened.Action == SocketAction.Wrote) ? "request" : "answer";
        string verb = happened.Action == SocketAction.Wrote ? "wrote" : "received";
        return happened.Messages == 1
            ? FormattableString.Invariant($"{verb} {noun} {row.Message}")
            : FormattableString.Invariant($"{verb} {noun}s {row.Message} to {row.Message + happened.Messages - 1}");
    }

    private static string Folded(Fold fold) => fold.Rounds > 0
        ? FormattableString.Invariant($"{fold.Rounds:#,##0} more round{(fold.Rounds == 1 ? "" : "s")} like this: ")
            + FormattableString.Invariant($"{fold.Packets:#,##0} packets, ")
            + $"each round {Explanation.Time(fold.Shortest)} to {Explanation.Time(fold.Longest)}"
        : FormattableString.Invariant($"{fold.Packets:#,##0} more packet{(fold.Packets == 1 ? "" : "s")}, with nothing new");

    private static bool IsOdd(in Row row) => row.Why.Why is Why.ConnectsAgain or Why.AcceptsAgain or Why.Retransmits or Why.RetransmitsEarly
        or Why.FillsGap or Why.DuplicateAck or Why.ClosesWindow or Why.WindowProbe or Why.EndsAgain or Why.Refuses or Why.ResetByProgram
        or Why.ResetForUnread or Why.ResetAfterClose or Why.Resets or Why.GivesUp;

    /// <summary>As ss(8) and netstat(8) spell it.</summary>
    private static string StateName(TcpState state) => state switch
    {
        TcpState.SynSent => "SYN-SENT",
        TcpState.SynReceived => "SYN-RECV",
        TcpState.FinWait1 => "FIN-WAIT-1",
        TcpState.FinWait2 => "FIN-WAIT-2",
        TcpState.TimeWait => "TIME-WAIT",
        TcpState.CloseWait => "CLOSE-WAIT",
        TcpState.LastAck => "LAST-ACK",
        TcpState.Established => "ESTAB",
        _ => state.ToString().ToUpperInvariant(),
    };
}
