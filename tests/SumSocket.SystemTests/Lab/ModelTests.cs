using System.Globalization;
using System.Net;
using System.Net.Sockets;
using SumSocket.Lab.Models;
using SumSocket.SystemTests.Harness;

namespace SumSocket.SystemTests.Lab;

/// <summary>The servers of lesson 13 answer as they should, each in its way to wait.</summary>
public sealed class ModelTests
{
    private static readonly Dictionary<string, Action<Socket>> _models = new()
    {
        ["blocking"] = BlockingServer.Run,
        ["poll"] = PollServer.Run,
        ["epoll"] = EpollServer.Run,
        ["async"] = listener => AsyncServer.RunAsync(listener).Wait(),
    };

    public static TheoryData<string> Names { get; } = [.. _models.Keys];

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Names))]
    public async Task It_answers_several_connections_and_a_peer_that_does_not_read(string model)
    {
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        string port = ((IPEndPoint)listener.LocalEndPoint!).Port.ToString(CultureInfo.InvariantCulture);
        new Thread(() => Serve(model, listener)) { IsBackground = true }.Start();

        await using ChildProcess client = await ChildProcess.RunAsync("/bin/bash", "-c", $$"""
            exec 3<>/dev/tcp/127.0.0.1/{{port}}
            (yes '{"A":7,"B":4}' | head -n 600000 >&3) &
            sleep 0.5; '{{Programs.TcpClient}}' bench --port {{port}} -c 8 -n 2000 --warmup none -q \
                --threshold 'errors<1' >/dev/null || echo bench
            head -n 600000 <&3 | sort | uniq -c
            """);

        (await client.ExitAsync()).Should().Be(0, client.Error.Text);
        client.Output.Text.Trim().Should().Be("600000 {\"Sum\":11}");
    }

    /// <summary>It ends with its listener, or at the latest with this process.</summary>
    private static void Serve(string model, Socket listener)
    {
        try
        {
            _models[model](listener);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or AggregateException)
        {
        }
    }
}
