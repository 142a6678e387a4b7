using System.Globalization;
using System.Net;

namespace SumSocket.Measurement.Paths;

/// <summary>Figures as findings spell them, and addresses as servers do.</summary>
internal static class PathText
{
    /// <summary><c>0.213 ms</c>, <c>12 ms</c>, <c>1.3 s</c>, <c>15 min</c>.</summary>
    public static string Time(TimeSpan time) => time.TotalMilliseconds switch
    {
        < 10 => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0.###} ms"),
        < 1_000 => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0} ms"),
        < 300_000 => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.#} s"),
        < 7_200_000 => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:0} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{time.TotalHours:0.#} h"),
    };

    /// <summary>The same, or <c>never</c>.</summary>
    public static string TimeOrNever(TimeSpan? time) => time is { } known ? Time(known) : "never";

    /// <summary><c>512 KiB</c>, <c>8.5 MiB</c>.</summary>
    public static string Bytes(long bytes) => bytes < 1024 * 1024
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0} KiB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes / (1024.0 * 1024.0):0.0} MiB");

    public static double? Milliseconds(TimeSpan? time) => time is { } known ? Math.Round(known.TotalMilliseconds, 3) : null;

    /// <summary>An address as a report spells it; null when it is none. An IPv4 address that came through an IPv6 socket is an IPv4
    /// address.</summary>
    public static IPEndPoint? EndPoint(string? text) => IPEndPoint.TryParse(text ?? "", out IPEndPoint? one)
        ? Comparable(one)
        : null;

    /// <summary>An address as the other end may see it too: not mapped into IPv6, and without the number of a link, which each end has for
    /// itself.</summary>
    public static IPEndPoint Comparable(IPEndPoint one) => new(
        one.Address.IsIPv4MappedToIPv6 ? one.Address.MapToIPv4()
            : one.Address.IsIPv6LinkLocal ? new IPAddress(one.Address.GetAddressBytes()) : one.Address,
        one.Port);
}
