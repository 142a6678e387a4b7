using System.Text.Json;

namespace SumSocket.Reports.Json;

/// <summary>Times as numbers, exactly, in the unit that the name of the member ends in; null when there is none.</summary>
internal static class JsonTimes
{
    /// <summary>In microseconds.</summary>
    public static void WriteMicroseconds(this Utf8JsonWriter json, string name, TimeSpan? time)
    {
        if (time is { } span)
            json.WriteNumber(name, (decimal)span.Ticks / TimeSpan.TicksPerMicrosecond);
        else
            json.WriteNull(name);
    }

    /// <summary>In seconds, to the microsecond.</summary>
    public static void WriteSeconds(this Utf8JsonWriter json, string name, TimeSpan? time)
    {
        if (time is { } span)
            json.WriteNumber(name, decimal.Round((decimal)span.Ticks / TimeSpan.TicksPerSecond, 6));
        else
            json.WriteNull(name);
    }
}
