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
        WriteFigures(json, summary.Times);
        json.WriteMicroseconds("stddev_us", summary.StandardDeviation);
        json.WriteMicroseconds("jitter_us", summary.Jitter);
        WriteTimes(json, "from_due", summary.FromDue);
        if (target.HasConnections)
        {
            WriteTimes(json, "connect", summary.Connects);
            json.WriteNumber("connections", summary.Connections);
            json.WriteNumber("violations", summary.Violations);
        }

        json.WriteNumber("outages", summary.Outages);
        if (summary.AvailabilityPercent is { } availability)
            json.WriteNumber("availability_percent", Math.Round(availability, 6));
        else
            json.WriteNull("availability_percent");
        json.WriteStartArray("recent_outages");
        foreach (PingOutage outage in summary.RecentOutages)
        {
            json.WriteStartObject();
            json.WriteMicroseconds("start_us", outage.Start);
            json.WriteMicroseconds("end_us", outage.Start + outage.Duration);
            json.WriteString("noticed_by", outage.NoticedBy);
            json.WriteMicroseconds("duration_us", outage.Duration);
            json.WriteNumber("rounds_lost", outage.RoundsLost);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("thresholds");
        foreach (ThresholdResult threshold in summary.Thresholds)
            ThresholdDocument.Of(threshold).Write(json);
        json.WriteEndArray();
    }

    private static void WriteTimes(Utf8JsonWriter json, string name, PingTimes? times)
    {
        if (times is null)
            return;
        json.WriteStartObject(name);
        json.WriteNumber("count", times.Count);
        WriteFigures(json, times);
        json.WriteEndObject();
    }

    private static void WriteFigures(Utf8JsonWriter json, PingTimes times)
    {
        json.WriteMicroseconds("min_us", times.Min);
        json.WriteMicroseconds("mean_us", times.Mean);
        json.WriteMicroseconds("p50_us", times.P50);
        json.WriteMicroseconds("p99_us", times.P99);
        json.WriteMicroseconds("max_us", times.Max);
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
