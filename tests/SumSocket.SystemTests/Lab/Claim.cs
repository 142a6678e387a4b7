using System.Globalization;
using System.Text.RegularExpressions;
using SumSocket.Capture.Decoding;

namespace SumSocket.SystemTests.Lab;

/// <summary>What a run has left: its packets, what its programs said, how the client ended, and whose machine has which client's port
/// in TIME_WAIT.</summary>
internal sealed record Evidence(
    List<Packet> Packets, string ClientSaid, string ServerSaid, int Exit, List<(bool OnServer, int Port)> TimeWait);

/// <summary>One sentence about a run, in the words that docs/lab/README.md lists.</summary>
internal sealed class Claim
{
    private readonly string _text;
    private readonly List<Packet> _packets;
    private readonly Evidence _evidence;
    private readonly string[] _words;

    private Claim(string text, Evidence evidence)
    {
        (_text, _evidence, _packets) = (text, evidence, evidence.Packets);
        _words = text.Split(' ');
        if (_words[0].EndsWith(':'))
        {
            int number = int.Parse(_words[0].TrimEnd(':'), CultureInfo.InvariantCulture);
            _packets = _packets.FindAll(packet => packet.Conversation == number);
            _words = _words[1..];
        }
    }

    /// <summary>Fails when it is not so.</summary>
    /// <returns>What was measured.</returns>
    public static string Check(string text, Evidence evidence) => new Claim(text, evidence).Check();

    private string Check()
    {
        string expected = string.Join(' ', _words[1..]);
        switch (_words[0])
        {
            case "begins" or "ends" or "order":
                return CheckFlags(expected);
            case "first_fin":
                return Same(expected, Who(_packets.Find(packet => packet.Flags.Contains("FIN", StringComparison.Ordinal))));
            case "first_reset":
                return Same(expected, Who(_packets.Find(packet => packet.Flags.Contains("RST", StringComparison.Ordinal))));
            case "time_wait":
                bool[] remember = [.. _evidence.TimeWait.Where(one => _packets.Exists(packet => packet.ClientPort == one.Port))
                    .Select(one => one.OnServer)];
                return Same(expected, remember.Length == 0 ? "none" : remember[0] ? "server" : "client");
            case "exit":
                return Same(expected, $"{_evidence.Exit}");
            case "says":
                string said = _words[1] == "server" ? _evidence.ServerSaid : _evidence.ClientSaid;
                Match match = Regex.Match(said, string.Join(' ', _words[2..]));
                match.Success.Should().BeTrue("'{0}' was claimed; said was\n{1}", _text, said);
                return match.Value.Replace("\n", "; ");
        }

        List<double> measured = [.. Measure(_words[0], _words[1..^1])];
        string shown = string.Join(", ", measured.Select(one => one.ToString("0.##", CultureInfo.InvariantCulture)));
        (double least, double most) = Range(_words[^1]);
        measured.Should().NotBeEmpty("'{0}' was claimed of\n{1}", _text, List());
        measured.Should().OnlyContain(one => one >= least && one <= most, "'{0}' was claimed, {1} measured, of\n{2}", _text, shown, List());
        return shown;
    }

    private string CheckFlags(string expected)
    {
        List<string> all = [.. _packets.Select(packet => $"{Who(packet)} {packet.Flags}")];
        foreach (string wanted in expected.Split(" | "))
        {
            string[] list = wanted.Split(", ");
            bool isSo = _words[0] switch
            {
                "begins" => all.Take(list.Length).SequenceEqual(list),
                "ends" => all.TakeLast(list.Length).SequenceEqual(list),
                _ => IsInOrder(list, all),
            };
            if (isSo)
                return wanted;
        }

        Assert.Fail($"'{_text}' was claimed of\n{List()}");
        return "";
    }

    private static bool IsInOrder(string[] wanted, List<string> all)
    {
        int found = 0;
        foreach (string one in all)
        {
            if (found < wanted.Length && one == wanted[found])
                found++;
        }

        return found == wanted.Length;
    }

    private IEnumerable<double> Measure(string what, string[] of)
    {
        string who = of.LastOrDefault(word => word is "client" or "server") ?? "";
        List<Packet> sent = _packets.FindAll(packet => who.Length == 0 || packet.IsOfServer == (who == "server"));
        switch (what)
        {
            case "conversations":
                return [_packets.Select(packet => packet.Conversation).Distinct().Count()];
            case "packets":
                Why why = Enum.Parse<Why>(of[0]);
                return [sent.Count(packet => packet.Why.Why == why)];
            case "lasts":
                return [(_packets[^1].Segment.Time - _packets[0].Segment.Time) / 1e6];
            case "mss":
                return sent.Where(packet => packet.Segment.Options.Mss > 0).Select(packet => (double)packet.Segment.Options.Mss).Take(1);
            case "longest":
                return [sent.Max(packet => packet.Segment.Length)];
            case "segments":
                return [New(sent).Count()];
            case "bytes":
                return [New(sent).Sum(packet => (double)packet.Segment.Length)];
            case "messages":
                return [New(sent).Sum(packet => (double)packet.Segment.Messages)];
            case "window":
                return [sent.Where(packet => !packet.Segment.Has(TcpFlags.Rst)).Min(packet => packet.Why.Window)];
            case "retransmissions":
                return [Again(sent).Count];
            case "backoff":
                return Ratios(Again(sent));
            case "gap":
                return [Gaps([.. New(sent)]).Max()];
            case "typical":
                double[] gaps = [.. Gaps([.. New(sent)]).Order()];
                return [gaps[gaps.Length / 2]];
            default:
                throw new FormatException($"'{_text}' claims nothing that is known.");
        }
    }

    /// <summary>Segments with data that was not sent before, found without what the capture says about them.</summary>
    private static IEnumerable<Packet> New(List<Packet> sent)
    {
        HashSet<(int, bool, uint)> seen = [];
        return sent.Where(packet => packet.Segment.Length > 0
            && (packet.Segment.Carried != Carried.Tcp || seen.Add((packet.Conversation, packet.IsOfServer, packet.Segment.Sequence))));
    }

    /// <summary>Segments with data, SYN or FIN whose sequence number was sent before.</summary>
    private static List<Packet> Again(List<Packet> sent)
    {
        HashSet<(int, bool, uint)> seen = [];
        return sent.FindAll(packet => packet.Segment.Carried == Carried.Tcp && packet.Segment.End != packet.Segment.Sequence
            && !packet.Segment.Has(TcpFlags.Rst) && !seen.Add((packet.Conversation, packet.IsOfServer, packet.Segment.Sequence)));
    }

    /// <summary>By how much each pause between two of them is longer than the one before.</summary>
    private static IEnumerable<double> Ratios(List<Packet> again)
    {
        double[] gaps = [.. Gaps(again)];
        return gaps.Skip(1).Select((gap, index) => gap / gaps[index]);
    }

    private static IEnumerable<double> Gaps(List<Packet> packets) =>
        packets.Skip(1).Select((packet, index) => (packet.Segment.Time - packets[index].Segment.Time) / 1e6);

    /// <summary>3, &gt;=3, &lt;=3 or 2..4; with ms or s it is a time.</summary>
    private static (double Least, double Most) Range(string text)
    {
        if (text.StartsWith(">=", StringComparison.Ordinal))
            return (Number(text[2..]), double.MaxValue);
        if (text.StartsWith("<=", StringComparison.Ordinal))
            return (double.MinValue, Number(text[2..]));
        string[] ends = text.Split("..");
        return (Number(ends[0]), Number(ends[^1]));
    }

    private static double Number(string text)
    {
        double factor = text.EndsWith("ms", StringComparison.Ordinal) ? 1 : text.EndsWith('s') ? 1000 : 1;
        return factor * double.Parse(text.TrimEnd('m', 's'), CultureInfo.InvariantCulture);
    }

    private string Same(string expected, string measured)
    {
        measured.Should().Be(expected, "'{0}' was claimed of\n{1}", _text, List());
        return measured;
    }

    private static string Who(Packet? packet) => packet is null ? "none" : packet.IsOfServer ? "server" : "client";

    private string List() => string.Join('\n', _packets.Take(60).Select(packet => string.Create(
        CultureInfo.InvariantCulture,
        $"{packet.Conversation}: {(packet.Segment.Time - _packets[0].Segment.Time) / 1e6,10:0.000} ms  {Who(packet)} "
            + $"{Explanation.Look(packet.Segment, packet.Why)}: {packet.Why.Why}")));
}
