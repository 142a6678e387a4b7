using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using SumSocket.SystemTests.Harness;

namespace SumSocket.SystemTests.Torture;

/// <summary>
/// Requests at a steady rate over TCP, TLS and UDP to real server programs, over paths with all kinds of faults, beside hostile peers and
/// pauses of the servers; and what all of that adds up to.
/// </summary>
internal sealed class Soak : IAsyncDisposable
{
    private static readonly TimeSpan _tick = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan _strike = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan _recoveryLimit = TimeSpan.FromSeconds(2);

    private readonly SoakPlan _plan;
    private readonly Action<string> _say;
    private readonly CertificateFolder _certificates = new();
    private readonly List<SoakLane> _lanes = [];
    private readonly List<TimeSpan> _recoveries = [];
    private readonly List<string> _faults = [];
    private readonly List<Socket> _leaked = [];
    private readonly List<byte[]> _leakedMemory = [];
    private long _pauses, _strikes;

    private Soak(SoakPlan plan, Action<string> say) => (_plan, _say) = (plan, say);

    /// <summary>What went wrong: wrong or unaccounted requests, canaries that failed, slow recoveries, figures that grow.</summary>
    public IReadOnlyList<string> Faults => _faults;

    /// <summary>Makes the servers, the paths and the clients.</summary>
    public static async Task<Soak> StartAsync(SoakPlan plan, Action<string> say)
    {
        Soak soak = new(plan, say);
        soak._lanes.Add(await StreamLane.StartAsync(plan, plan.Rate * 0.5));
        soak._lanes.Add(await StreamLane.StartAsync(plan, plan.Rate * 0.2, soak._certificates));
        soak._lanes.Add(await DatagramLane.StartAsync(plan, plan.Rate * 0.3));
        return soak;
    }

    /// <summary>Makes requests for as long as planned, waits for the last answers and says how it was.</summary>
    public async Task RunAsync()
    {
        SoakFigures figures = new(_plan, _lanes);
        using CancellationTokenSource over = new(_plan.Length);
        long start = Stopwatch.GetTimestamp();
        await Task.WhenAll(
            IssueAsync(start, over.Token), SampleAsync(figures, start, over.Token), TroubleAsync(over.Token), StrikeAsync(over.Token),
            PauseAsync(over.Token));
        TimeSpan took = Stopwatch.GetElapsedTime(start);
        foreach (SoakLane lane in _lanes)
            await lane.EndRequestsAsync();

        double rate = _lanes.Sum(lane => lane.Ledger.Begun) / took.TotalSeconds;
        _say($"{took.TotalSeconds:0} s, {rate.ToString("0", CultureInfo.InvariantCulture)} requests a second");
        foreach (SoakLane lane in _lanes)
        {
            _say($"{lane.Name}: {lane.Ledger}");
            _say($"  paths: {lane.PathFigures}");
            _say($"  canary: {lane.Canary.Answered} answered, {lane.Canary.Failures.Count} failures, the slowest after " +
                $"{lane.Canary.Slowest.TotalMilliseconds:0} ms");
            _faults.AddRange(lane.Canary.Failures);
            Expect(lane.Canary.Answered > 0, $"{lane.Name}: the canary got no answer");
            Expect(lane.Ledger.FaultCount == 0, $"{lane.Name}: {lane.Ledger}");
            Expect(lane.Ledger.Ended == lane.Ledger.Begun, $"{lane.Name}: some requests did not end, or ended twice: {lane.Ledger}");
        }

        _say($"{_recoveries.Count} troubles of a path, the slowest recovery after {_recoveries.Max().TotalMilliseconds:0} ms; " +
            $"{_pauses} pauses of a server; {_strikes} hostile peers");
        foreach (string line in figures.Lines)
            _say(line);
        _faults.AddRange(figures.Growing);
        double share = _plan.IsLong ? 0.95 : 0.6; // in a few seconds a busy machine has no time to catch up
        Expect(rate > share * _plan.Rate, $"only {rate:0} requests a second were made");
        await StopServersAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (SoakLane lane in _lanes)
            await lane.DisposeAsync();
        foreach (Socket socket in _leaked)
            socket.Dispose();
        _certificates.Dispose();
    }

    private async Task IssueAsync(long start, CancellationToken over)
    {
        using PeriodicTimer timer = new(_tick);
        while (await TickAsync(timer, over))
        {
            foreach (SoakLane lane in _lanes)
                lane.Issue(Stopwatch.GetElapsedTime(start), _tick);
            if (_plan.Leaks)
                await LeakAsync();
        }
    }

    private async Task SampleAsync(SoakFigures figures, long start, CancellationToken over)
    {
        using PeriodicTimer timer = new(_plan.SampleInterval);
        for (int i = 1; await TickAsync(timer, over); i++)
        {
            figures.Sample(Stopwatch.GetElapsedTime(start));
            if (_plan.IsLong && i % 6 == 0)
            {
                _say($"after {Stopwatch.GetElapsedTime(start).TotalMinutes:0.0} min: {figures.Now}");
                foreach (SoakLane lane in _lanes)
                    _say($"  {lane.Name}: {lane.Ledger}");
            }
        }
    }

    /// <summary>Each lane in turn has each trouble.</summary>
    private async Task TroubleAsync(CancellationToken over)
    {
        Random random = new(_plan.Seed);
        using PeriodicTimer timer = new(_plan.TroubleInterval);
        for (int i = 0; await TickAsync(timer, over); i++)
        {
            SoakLane lane = _lanes[i % _lanes.Count];
            var trouble = (PathTrouble)(i / _lanes.Count % Enum.GetValues<PathTrouble>().Length);
            lane.Begin(trouble);
            await Task.Delay(_plan.TroubleInterval * (0.1 + (0.3 * random.NextDouble())), CancellationToken.None); // so that it ends
            lane.End();
            TimeSpan recovery = await lane.RecoverAsync();
            _recoveries.Add(recovery);
            Expect(recovery < _recoveryLimit, $"{lane.Name} recovered from {trouble} only after {recovery.TotalSeconds:0.00} s");
        }
    }

    private async Task StrikeAsync(CancellationToken over)
    {
        using HostilePeers peers = new(_lanes, new Random(_plan.Seed));
        using PeriodicTimer timer = new(_strike);
        while (await TickAsync(timer, over))
            await peers.StrikeAsync();
        _strikes = peers.Count;
    }

    /// <summary>Twelve times in a soak each server is stopped for a while, as a machine is that is moved to another host.</summary>
    private async Task PauseAsync(CancellationToken over)
    {
        using PeriodicTimer timer = new(_plan.Length / (_plan.IsLong ? 36 : 4));
        for (int i = 0; await TickAsync(timer, over); i++)
        {
            ServerProcess server = _lanes[i % _lanes.Count].Server;
            server.Process.Send(Signal.Stop);
            await Task.Delay(_pause, CancellationToken.None); // so that it goes on
            server.Process.Send(Signal.Continue);
            _pauses++;
        }
    }

    private async Task LeakAsync()
    {
        byte[] memory = new byte[200_000];
        Array.Fill(memory, (byte)1);
        _leakedMemory.Add(memory);
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _leaked.Add(socket);
        await socket.ConnectAsync(IPAddress.Loopback, _lanes[0].Server.Port);
    }

    private async Task StopServersAsync()
    {
        foreach (SoakLane lane in _lanes)
        {
            if (lane is DatagramLane)
                _say($"  {await lane.Server.StopUdpAsync()}");
            else
                await lane.Server.StopAsync();
        }
    }

    private void Expect(bool holds, string otherwise)
    {
        if (!holds)
            _faults.Add(otherwise);
    }

    private static async Task<bool> TickAsync(PeriodicTimer timer, CancellationToken over)
    {
        try
        {
            return await timer.WaitForNextTickAsync(over);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
