using SumSocket.Commands.Ping;
using SumSocket.Measurement.Connects;

namespace SumSocket.Commands.Connect;

/// <summary>Connects for people: a line a round, then a summary; with <paramref name="isQuiet"/> only that.</summary>
internal sealed class ConnectText(Stream output, string target, ConnectProbeOptions options, bool isQuiet) : IConnectReport
{
    private const int LabelWidth = 7;

    public void Begin()
    {
        string pace = options.Interval == TimeSpan.Zero ? "without a pause" : $"every {new Duration(options.Interval)}";
        if (!isQuiet)
            Write($"CONNECT {target} (tcp): {pace}\n");
    }

    public void Add(ConnectRound round)
    {
        if (isQuiet)
            return;
        string parts = Part("resolve", round.Resolve) + Part("connect", round.Connect) + Part("tls", round.Handshake);
        Write(round.IsConnected
            ? $"connected to {round.RemoteEndPoint}: seq={round.Sequence}{parts}{Part("time", round.Time)}\n"
            : $"seq={round.Sequence} not connected: {round.Reason} after {TextFigures.Milliseconds(round.Time)}\n");
    }

    public void End(ConnectSummary summary, int exitCode, bool isInterrupted)
    {
        StringBuilder text = new();
        if (!isQuiet)
            text.Append('\n').Append("--- ").Append(target).Append(" connect statistics ---\n");
        text.Append(Counts(summary)).Append('\n');
        if (summary.Skipped > 0)
            text.Append(CultureInfo.InvariantCulture, $"{summary.Skipped} skipped: due while an earlier one waited\n");
        Append(text, "resolve", summary.Resolve);
        Append(text, "connect", summary.Connect);
        Append(text, "tls", summary.Handshake);
        Append(text, "time", summary.Time);
        if (summary is { Time: { } times, FromDue: { } due } && PingFigures.AreLate(due, times))
            Append(text, "from due", due);
        text.Append(Reliability(summary)).Append('\n');
        foreach (string line in PingFigures.Outages(summary.Outages, summary.RecentOutages, "connection"))
            text.Append(line).Append('\n');
        Write(text.ToString());
    }

    /// <summary>The figures so far in a line.</summary>
    public static string Snapshot(ConnectSummary summary)
    {
        string times = summary.Time is { } time ? $", {PingFigures.Time("p50", time.P50, time.Count)}, max "
            + TextFigures.Milliseconds(time.Max!.Value) : "";
        string skipped = summary.Skipped > 0 ? $", {summary.Skipped} skipped" : "";
        string underWay = summary.UnderWay is { } since ? $", one under way for {TextFigures.ShortSeconds(since)}" : "";
        return $"{Counts(summary)}{skipped}{underWay}{times}, {Reliability(summary)}";
    }

    private static string Counts(ConnectSummary summary)
    {
        string percent = summary.FailedPercent is { } failed ? $" ({TextFigures.Percent(failed)})" : "";
        return $"{TextFigures.Count(summary.Attempts, "round")}, {summary.Connected} connected, {summary.Failed} failed{percent}";
    }

    private static string Reliability(ConnectSummary summary) => PingFigures.Reliability(summary.Outages, summary.AvailabilityPercent);

    private static void Append(StringBuilder text, string label, PingTimes? times)
    {
        if (times is not null)
            text.Append(label.PadRight(LabelWidth)).Append(' ').Append(PingFigures.Times(times)).Append('\n');
    }

    private static string Part(string name, TimeSpan? time) => time is { } known ? $" {name}={TextFigures.Milliseconds(known)}" : "";

    private void Write(string text) => StandardOutput.Write(output, text);
}
