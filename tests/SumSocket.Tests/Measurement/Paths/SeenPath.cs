using System.Net;
using SumSocket.Client;
using SumSocket.Client.Tcp;
using SumSocket.Measurement.Paths;
using SumSocket.Protocol;
using SumSocket.Sockets;

namespace SumSocket.Tests.Measurement.Paths;

/// <summary>What a run has seen, for the findings: a direct path, and what makes others of it.</summary>
internal static class SeenPath
{
    private static readonly IPEndPoint _server = new(IPAddress.Parse("10.0.0.1"), 5656);
    private static readonly IPEndPoint _local = new(IPAddress.Parse("10.0.0.5"), 40122);

    public static TcpPathObservations Direct { get; } = new()
    {
        Target = "10.0.0.1:5656",
        Attempt = new ProbeAttempt(null, new ConnectResult(null, _server, "", ConnectionCause.None))
        {
            Time = TimeSpan.FromMilliseconds(0.5),
        },
        Local = _local,
        First = Answer(new PathReport
        {
            Peer = "[::ffff:10.0.0.5]:40122",
            Local = "10.0.0.1:5656",
            KeepAlive = "15s/15s/9",
            UserTimeoutMs = 120_000,
            Mss = 1448,
            Pmtu = 1500,
            RttUs = 400,
            Retransmits = 0,
            Key = 5,
        }),
        FirstTime = TimeSpan.FromMilliseconds(1),
        BestTime = TimeSpan.FromMilliseconds(0.4),
        Tcp = new TcpDetails(new TcpInfo(TimeSpan.FromMilliseconds(0.3), default, 0, 10, 1448, 1500))
        {
            RetransmitTimeout = TimeSpan.FromMilliseconds(204),
        },
        Options = new EffectiveOptions(
            new TcpSettings(KeepAlive.Default, TimeSpan.FromSeconds(120)), NoDelay: true, 128 * 1024, 128 * 1024),
        HalfClose = [HalfClose(100, null), HalfClose(300, null), HalfClose(1000, null), HalfClose(3000, null)],
        Buffers = new BufferTry(200_000, 100_000, IsFull: true, null),
        Reset = new ResetTry("peer_reset", TimeSpan.FromMilliseconds(1)),
    };

    public static TcpPathObservations Seen(Func<PathReport, PathReport> report) =>
        Direct with { First = Answer(report(Direct.Report!)) };

    public static ProbeResult Answer(PathReport? path) => new(ProbeOutcome.Answered, 0) { Response = new Response(11), Path = path };

    /// <summary>A try whose answer came, or was lost at so many milliseconds.</summary>
    public static HalfCloseTry HalfClose(int delay, int? lostAt) => new(
        TimeSpan.FromMilliseconds(delay), lostAt is null ? Answer(null) : new ProbeResult(ProbeOutcome.Ended, 0),
        TimeSpan.FromMilliseconds(lostAt ?? delay));
}
