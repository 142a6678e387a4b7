using System.Text.Json;
using SumSocket.Measurement.Statistics;

namespace SumSocket.Commands.Ping;

/// <summary>A ping for programs: one JSON object a line, for each round and then for the summary, or with <paramref name="quiet"/> only for
/// that. <paramref name="stamps"/> gives each object the time of day. Times are in the unit their name ends in.</summary>
internal sealed class PingJson(Stream output, PingOptions options, PingTarget target, bool quiet, bool stamps) : IPingReport
{
    private readonly JsonObjects _objects = new(output);

    public void Add(PingEvent one)
    {
        // Connections come and go between rounds; the summary counts them.
        if (one is PingRound round && !quiet)
            Write("round", round.At, json => WriteRound(json, round));
        else if (one is PingSnapshot snapshot)
            Write("snapshot", snapshot.At, json => WriteSummary(json, snapshot.Summary, []));
    }

    public void End(PingSummary summary, IReadOnlyList<TransportCounter> path) =>
        Write("summary", DateTimeOffset.UtcNow, json => WriteSummary(json, summary, path));

    private void WriteSummary(Utf8JsonWriter json, PingSummary summary, IReadOnlyList<TransportCounter> path)
    {
        json.WriteNumber("sent", summary.Sent);
        json.WriteNumber("answered", summary.Answered);
        json.WriteNumber("lost", summary.Lost);
        json.WriteNumber("errors", summary.Errors);
        json.WriteNumber("wrong", summary.Wrong);
        json.WriteNumber("not_sent", summary.NotSent);
        json.WriteNumber("under_way", summary.UnderWay);
        json.WriteNumber("skipped", summary.Skipped);
        json.WriteNumber("loss_percent", Math.Round(summary.LossPercent, 6));
        if (target.HasConnections)
            json.WriteNumber("retried", summary.Retried);
        foreach (TransportCounter count in path)
            json.WriteNumber(count.Name, count.Value);
        PingFigures.Write(json, summary.Times);
        json.WriteMicroseconds("stddev_us", summary.StandardDeviation);
        json.WriteMicroseconds("jitter_us", summary.Jitter);
        PingFigures.Write(json, "from_due", summary.FromDue);
        if (target.HasConnections)
        {
            PingFigures.Write(json, "connect", summary.Connects);
            json.WriteNumber("connections", summary.Connections);
            json.WriteNumber("violations", summary.Violations);
        }

        PingFigures.WriteOutages(json, summary.Outages, summary.AvailabilityPercent, summary.RecentOutages);
        json.WriteStartArray("thresholds");
        foreach (ThresholdResult threshold in summary.Thresholds)
            ThresholdDocument.Of(threshold).Write(json);
        json.WriteEndArray();
    }

    private void WriteRound(Utf8JsonWriter json, PingRound round)
    {
        if (options.Workers > 1)
            json.WriteNumber("worker", round.Worker);
        json.WriteNumber("seq", round.Sequence);
        json.WriteString("outcome", round.Outcome switch
        {
            SumOutcome.Sum => "sum",
            SumOutcome.WrongAnswer => "wrong_answer",
            SumOutcome.ServerError => "error",
            SumOutcome.TimedOut => "timed_out",
            SumOutcome.NotSent => "not_sent",
            _ => "lost",
        });
        json.WriteNumber("a", options.A);
        json.WriteNumber("b", round.B);
        if (round.Reason.Length == 0)
            json.WriteNumber("sum", round.Sum);
        else
            json.WriteString("reason", round.Reason);
        json.WriteMicroseconds("time_us", round.Time);
        json.WriteMicroseconds("from_due_us", round.FromDue);
        if (round.IsRetried)
            json.WriteBoolean("retried", true);
        json.WriteString("from", round.RemoteEndPoint?.ToString());
    }

    private void Write(string type, DateTimeOffset at, Action<Utf8JsonWriter> members) => _objects.WriteWhole(json =>
    {
        json.WriteStartObject();
        json.WriteString("type", type);
        if (stamps)
            json.WriteString("at", at);
        members(json);
        json.WriteEndObject();
    });
}
