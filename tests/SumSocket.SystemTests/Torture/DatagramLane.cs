using System.Net;
using SumSocket.Client.Udp;
using SumSocket.SystemTests.Harness;
using SumSocket.Tests;

namespace SumSocket.SystemTests.Torture;

/// <summary>A <see cref="SoakLane"/> over UDP.</summary>
internal sealed class DatagramLane : SoakLane
{
    private static readonly RelayFaults _rough =
        new() { Drop = 0.05, Duplicate = 0.02, Reorder = 0.05, Delay = 0.05, Truncate = 0.01 };

    private readonly DatagramRelay[] _roughPaths, _troubledPaths;

    private DatagramLane(ServerProcess server, OtlpReceiver collector, double rate, SoakPlan plan)
        : base("UDP", server, collector, rate, plan.Seed)
    {
        IPEndPoint address = new(IPAddress.Loopback, server.Port);
        _roughPaths = [.. Enumerable.Range(0, RoughClients).Select(i => new DatagramRelay(address, _rough, plan.Seed + i))];
        _troubledPaths = [.. Enumerable.Range(0, TroubledClients).Select(i => new DatagramRelay(address, new RelayFaults(), i))];
        Connect(
            i => NewClient(_roughPaths[i].EndPoint.Port, RequestTimeout), i => NewClient(_troubledPaths[i].EndPoint.Port, RequestTimeout),
            NewClient(server.Port, CanaryTimeout));
    }

    public override string PathFigures
    {
        get
        {
            IEnumerable<DatagramRelay> paths = _roughPaths.Concat(_troubledPaths);
            RelayDirection[] all = [.. paths.Select(path => path.ToServer), .. paths.Select(path => path.ToClient)];
            return $"{all.Sum(one => one.Received)} datagrams, {all.Sum(one => one.Dropped)} dropped, {all.Sum(one => one.Duplicated)} " +
                $"doubled, {all.Sum(one => one.Reordered)} overtaken, {all.Sum(one => one.Truncated)} cut";
        }
    }

    public static async Task<DatagramLane> StartAsync(SoakPlan plan, double rate)
    {
        OtlpReceiver collector = await OtlpReceiver.StartAsync();
        ServerProcess server = await ServerProcess.StartedAsync(
            ChildProcess.Start("/usr/bin/env", WithMetrics(plan, collector, Programs.UdpServer)));
        return new DatagramLane(server, collector, rate, plan);
    }

    public override void Begin(PathTrouble trouble) => Treat(trouble switch
    {
        PathTrouble.Down => new RelayFaults { Drop = 1 },
        PathTrouble.Disorder => new RelayFaults { Duplicate = 0.5, Reorder = 0.5 },
        PathTrouble.Narrow => new RelayFaults { BytesPerSecond = 20_000 },
        _ => new RelayFaults { Delay = 1, MinDelay = TimeSpan.FromMilliseconds(200), MaxDelay = TimeSpan.FromMilliseconds(220) },
    });

    public override void End() => Treat(new RelayFaults());

    protected override async ValueTask DisposePathsAsync()
    {
        foreach (DatagramRelay path in _roughPaths.Concat(_troubledPaths))
            await path.DisposeAsync();
    }

    private void Treat(RelayFaults faults)
    {
        foreach (DatagramRelay path in _troubledPaths)
            path.Faults = faults;
    }

    private static SumUdpClient NewClient(int port, TimeSpan timeout) => new(new SumUdpClientOptions
    {
        Port = port,
        RequestTimeout = timeout,
        RepeatAfter = TimeSpan.FromMilliseconds(50),
        MaxRepeatInterval = TimeSpan.FromMilliseconds(500),
    });
}
