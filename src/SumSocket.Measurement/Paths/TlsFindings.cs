using System.Globalization;

namespace SumSocket.Measurement.Paths;

/// <summary>What the TLS of a run is, and where it ends.</summary>
internal static class TlsFindings
{
    private const int FewDays = 21;

    public static PathFinding Of(TcpPathObservations seen)
    {
        TlsReport tls = seen.Attempt!.Tls!;
        DateTime? end = tls.Chain.Count > 0 ? tls.Chain.Min(one => one.End) : null;
        int? days = end is { } date ? (int)(date - DateTime.UtcNow).TotalDays : null;
        string where = seen.Report is null ? "where it ends is not known" : seen.Report.Tls is null ? "it ends before the server"
            : seen.Report.Tls == tls.Session ? "it ends at the server" : $"the server has another one, {seen.Report.Tls}";
        string resumed = seen.SecondTls is not { } second ? "" : second.IsResumed ? ", resumed by a second connection"
            : ", not resumed by a second connection";
        string chain = string.Join(" < ", tls.Chain.Select(one => one.Subject));
        string refusal = tls.Refusal is null ? "" : $"; its certificate would be refused: {tls.Refusal}";
        return new PathFinding(
            "tls", seen.Report is { Tls: null } ? "ends_before_server" : "secure",
            string.Create(
                CultureInfo.InvariantCulture,
                $"{tls.Session}, {where}{resumed}; certificate {chain}, the first of these to end does on {end:yyyy-MM-dd}{refusal}"))
        {
            Evidence =
            [
                ("session", tls.Session), ("resumed", tls.IsResumed), ("second_resumed", seen.SecondTls?.IsResumed), ("chain", chain),
                ("issuer", tls.Chain.Count > 0 ? tls.Chain[0].Issuer : null),
                ("certificate_end", end?.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)), ("server_tls", seen.Report?.Tls),
                ("refusal", tls.Refusal),
            ],
            Weight = 70,
            Advice = tls.Refusal is not null ? $"The server's certificate would be refused: {tls.Refusal}."
                : days < FewDays ? string.Create(CultureInfo.InvariantCulture, $"A certificate ends in {days} days: renew it.")
                : null,
        };
    }
}
