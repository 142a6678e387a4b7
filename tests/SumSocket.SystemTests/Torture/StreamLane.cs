using SumSocket.Client.Tcp;
using SumSocket.SystemTests.Harness;
using SumSocket.Tests;

namespace SumSocket.SystemTests.Torture;

/// <summary>A <see cref="SoakLane"/> over TCP or TLS.</summary>
internal sealed class StreamLane : SoakLane
{
    /// <summary>Every connection ends badly, sooner or later.</summary>
    private static readonly StreamFaults _rough = new()
    {
        Jitter = TimeSpan.FromMilliseconds(2),
        Slice = 0.2,
        Reset = 0.4,
        Silence = 0.1,
        HalfClose = 0.2,
        Cut = 0.3,
    };

    private readonly StreamRelay _roughPath, _troubledPath;

    private StreamLane(string name, ServerProcess server, OtlpReceiver collector, double rate, SoakPlan plan, bool tls)
        : base(name, server, collector, rate, plan.Seed)
    {
        _roughPath = new StreamRelay(server.Port, _rough with { MaxBytes = plan.IsLong ? 1_000_000 : 40_000 }, plan.Seed);
        _troubledPath = new StreamRelay(server.Port);
        Connect(
            i => NewClient(_roughPath.Port, tls, RequestTimeout, resend: i % 2 == 0),
            i => NewClient(_troubledPath.Port, tls, RequestTimeout, resend: i % 2 == 0),
            NewClient(server.Port, tls, CanaryTimeout, resend: false));
    }

    public override string PathFigures =>
        $"{_roughPath.Connections + _troubledPath.Connections} connections, {(_roughPath.Bytes + _troubledPath.Bytes) / 1e6:0} MB; " +
        string.Join(", ", Enum.GetValues<StreamFate>().Except([StreamFate.None])
            .Select(fate => $"{_roughPath.Count(fate) + _troubledPath.Count(fate)} x {fate}"));

    public static async Task<StreamLane> StartAsync(SoakPlan plan, double rate, CertificateFolder? certificates = null)
    {
        OtlpReceiver collector = await OtlpReceiver.StartAsync();
        ServerProcess server = await ServerProcess.StartedAsync(ChildProcess.Start(
            "/usr/bin/env", WithMetrics(plan, collector, [Programs.TcpServer, "-q", .. certificates?.Server ?? []])));
        return new StreamLane(certificates is null ? "TCP" : "TLS", server, collector, rate, plan, certificates is not null);
    }

    public override void Begin(PathTrouble trouble)
    {
        switch (trouble)
        {
            case PathTrouble.Down:
                _troubledPath.Hold();
                break;
            case PathTrouble.Disorder:
                _troubledPath.ResetAll();
                break;
            case PathTrouble.Narrow:
                _troubledPath.Faults = new StreamFaults { BytesPerSecond = 20_000 };
                break;
            default:
                _troubledPath.Faults = new StreamFaults { Latency = TimeSpan.FromMilliseconds(200), Slice = 1 };
                break;
        }
    }

    public override void End()
    {
        _troubledPath.Faults = new StreamFaults();
        _troubledPath.Release();
    }

    protected override async ValueTask DisposePathsAsync()
    {
        await _roughPath.DisposeAsync();
        await _troubledPath.DisposeAsync();
    }

    private static SumTcpClient NewClient(int port, bool tls, TimeSpan timeout, bool resend) => new(new SumTcpClientOptions
    {
        Port = port,
        RequestTimeout = timeout,
        ResendLost = resend,
        InitialBackOff = InitialBackOff,
        MaxBackOff = MaxBackOff,
        Tls = tls ? new TlsClientOptions { Authorities = [TestCertificates.Authority] } : null,
    });
}
