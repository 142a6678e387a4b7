using System.Text.Json;

namespace SumSocket.Commands.Ping;

/// <summary>The figures of a ping, and of a run of connects, in text and in JSON.</summary>
internal static class PingFigures
{
    private static readonly TimeSpan _noticeably = TimeSpan.FromMilliseconds(1);

    /// <summary><c>min 0.397 ms, mean 10.082 ms, ...</c>.</summary>
    public static string Times(PingTimes times)
    {
        (string Name, TimeSpan? Time)[] all =
            [("min", times.Min), ("mean", times.Mean), ("p50", times.P50), ("p99", times.P99), ("max", times.Max)];
        return string.Join(", ", all.Select(one => Time(one.Name, one.Time, times.Count)));
    }

    /// <summary>Whether rounds waited for their turn, so that times from when they were due say more than those alone.</summary>
    public static bool AreLate(PingTimes due, PingTimes times) => due.Count > times.Count || due.Max - times.Max > _noticeably
        || due.Mean - times.Mean > _noticeably || due.P99 - times.P99 > _noticeably;

    /// <summary><c>p50 0.397 ms</c>, or that the samples are too few.</summary>
    public static string Time(string name, TimeSpan? time, long count) =>
        time is null ? $"{name} n/a (n={count})" : $"{name} {TextFigures.Milliseconds(time.Value)}";

    /// <summary><c>outages: 0, availability: 100%</c>.</summary>
    public static string Reliability(long outages, double? availabilityPercent) => $"outages: {outages}"
        + (availabilityPercent is { } availability ? $", availability: {TextFigures.Percent(availability)}" : "");

    /// <summary>A line for each outage that is known.</summary>
    /// <param name="count">How many there were.</param>
    /// <param name="recent">The last of them.</param>
    /// <param name="success">What ends one, such as <c>good answer</c>.</param>
    public static IEnumerable<string> Outages(long count, IReadOnlyList<PingOutage> recent, string success)
    {
        if (count > recent.Count)
            yield return $"the last {TextFigures.Count(recent.Count, "outage")}:";
        foreach (PingOutage outage in recent)
        {
            string end = outage.Duration is { } duration
                ? $"to {TextFigures.ShortSeconds(outage.Start + duration)}: {outage.NoticedBy}, "
                    + $"first {success} after {TextFigures.ShortSeconds(duration)}"
                : $"on: {outage.NoticedBy}, no {success} since";
            yield return $"outage from {TextFigures.ShortSeconds(outage.Start)} {end}, rounds lost: {outage.RoundsLost}";
        }
    }

    /// <summary>Writes an object of times; nothing where there are none.</summary>
    public static void Write(Utf8JsonWriter json, string name, PingTimes? times)
    {
        if (times is null)
            return;
        json.WriteStartObject(name);
        json.WriteNumber("count", times.Count);
        Write(json, times);
        json.WriteEndObject();
    }

    /// <summary>Writes the members of times.</summary>
    public static void Write(Utf8JsonWriter json, PingTimes times)
    {
        json.WriteMicroseconds("min_us", times.Min);
        json.WriteMicroseconds("mean_us", times.Mean);
        json.WriteMicroseconds("p50_us", times.P50);
        json.WriteMicroseconds("p99_us", times.P99);
        json.WriteMicroseconds("max_us", times.Max);
    }

    /// <summary>Writes how many outages there were, the availability and the last outages.</summary>
    public static void WriteOutages(Utf8JsonWriter json, long count, double? availabilityPercent, IReadOnlyList<PingOutage> recent)
    {
        json.WriteNumber("outages", count);
        if (availabilityPercent is { } availability)
            json.WriteNumber("availability_percent", Math.Round(availability, 6));
        else
            json.WriteNull("availability_percent");
        json.WriteStartArray("recent_outages");
        foreach (PingOutage outage in recent)
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
    }
}
