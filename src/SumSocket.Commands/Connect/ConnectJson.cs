using SumSocket.Commands.Ping;
using SumSocket.Measurement.Connects;

namespace SumSocket.Commands.Connect;

/// <summary>Connects for programs: one object with the result, and with <paramref name="withRounds"/> one a line for each round before it
/// (docs/connect.schema.json).</summary>
internal sealed class ConnectJson(Stream output, string target, bool withRounds) : IConnectReport
{
    private const int SchemaVersion = 1;

    private readonly JsonObjects _objects = new(output, indented: !withRounds);

    public void Add(ConnectRound round)
    {
        if (!withRounds)
            return;
        _objects.WriteWhole(json =>
        {
            json.WriteStartObject();
            json.WriteString("type", "round");
            json.WriteString("at", round.At);
            json.WriteNumber("seq", round.Sequence);
            json.WriteString("outcome", round.IsConnected ? "connected" : "failed");
            if (!round.IsConnected)
                json.WriteString("reason", round.Reason);
            json.WriteMicroseconds("resolve_us", round.Resolve);
            json.WriteMicroseconds("connect_us", round.Connect);
            json.WriteMicroseconds("tls_us", round.Handshake);
            json.WriteMicroseconds("time_us", round.Time);
            json.WriteString("from", round.RemoteEndPoint?.ToString());
            json.WriteEndObject();
        });
    }

    public void End(ConnectSummary summary, int exitCode, bool isInterrupted) => _objects.WriteWhole(json =>
    {
        json.WriteStartObject();
        json.WriteNumber("schema_version", SchemaVersion);
        json.WriteString("type", "connect");
        json.WriteString("target", target);
        json.WriteString("transport", "tcp");
        json.WriteBoolean("interrupted", isInterrupted);
        json.WriteNumber("exit_code", exitCode);
        json.WriteNumber("rounds", summary.Attempts);
        json.WriteNumber("connected", summary.Connected);
        json.WriteNumber("failed", summary.Failed);
        if (summary.FailedPercent is { } failed)
            json.WriteNumber("failed_percent", Math.Round(failed, 6));
        else
            json.WriteNull("failed_percent");
        json.WriteNumber("skipped", summary.Skipped);
        PingFigures.Write(json, "resolve", summary.Resolve);
        PingFigures.Write(json, "connect", summary.Connect);
        PingFigures.Write(json, "tls", summary.Handshake);
        PingFigures.Write(json, "time", summary.Time);
        PingFigures.Write(json, "from_due", summary.FromDue);
        PingFigures.WriteOutages(json, summary.Outages, summary.AvailabilityPercent, summary.RecentOutages);
        json.WriteEndObject();
    });
}
