using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using SumSocket.SystemTests.Harness;

namespace SumSocket.SystemTests.Scenarios;

/// <summary>Plays the files of tests/scenarios with the real forwarders and routers; its README.md says how to write one.</summary>
public sealed class ScenarioTests
{
    private static readonly string[] _ports = ["listen", "port1", "port2", "port3"];

    public static TheoryData<string> Names { get; } =
        [.. Directory.GetFiles(Scenario.Folder, "*.txt").Select(file => Path.GetFileNameWithoutExtension(file)).Order()
            .Where(name => Environment.GetEnvironmentVariable("SCENARIOS") switch
            {
                "all" => true,
                { Length: > 0 } names => names.Split(' ').Contains(name),
                _ => Scenario.Read(name).IsQuick,
            })];

    [Theory(Timeout = 120_000)]
    [MemberData(nameof(Names))]
    public async Task Is_found_out(string name)
    {
        Scenario scenario = Scenario.Read(name);
        scenario.Needs.ForEach(Tools.Require);
        await using ChildProcess client = scenario.HasRouter ? await PlayRoutedAsync(scenario) : await PlayLocalAsync(scenario);

        string said = $"{client.Output.Text}\n{client.Error.Text}";
        (await client.ExitAsync()).Should().Be(scenario.ExitCode, said);
        using JsonDocument result = JsonDocument.Parse(client.Output.Text);
        if (Environment.GetEnvironmentVariable("SCENARIO_RESULTS") is { Length: > 0 } results)
            File.WriteAllText(Path.Combine(results, name + ".json"), client.Output.Text);
        foreach ((string what, string value) in scenario.Expected)
        {
            string? found = Expectation.Find(result.RootElement, what);
            Expectation.IsMet(found, value).Should().BeTrue($"{what} is {value} and not {found} in {said}");
        }

        foreach (string words in scenario.Says)
            result.RootElement.GetProperty("verdict").EnumerateArray().Should().Contain(one => one.GetString()!.Contains(words));
    }

    /// <summary>Client and server are machines of their own, and the router between them does as the scenario says.</summary>
    private static async Task<ChildProcess> PlayRoutedAsync(Scenario scenario)
    {
        await using NetworkPath network = await NetworkPath.CreateAsync();
        foreach (string command in scenario.Router)
            await network.RunAsync("router", command);
        await using ServerProcess server = await network.StartServerAsync(
            scenario.IsUdp ? Programs.UdpServer : Programs.TcpServer, NetworkPath.ServerAddress, [.. scenario.Server]);
        ChildProcess client = network.Start("client", ClientProgram(scenario), Arguments(scenario, NetworkPath.ServerAddress, server.Port));
        TimeSpan passed = TimeSpan.Zero;
        foreach ((TimeSpan after, string command) in scenario.Later)
        {
            await Eventually.PassesAsync(after - passed);
            passed = after;
            await network.RunAsync("router", command);
        }

        await client.ExitAsync();
        return client;
    }

    /// <summary>All on this machine, with forwarders or without.</summary>
    private static async Task<ChildProcess> PlayLocalAsync(Scenario scenario)
    {
        string folder = Directory.CreateTempSubdirectory("scenario-").FullName;
        await using ServerProcess server = scenario.IsUdp
            ? await ServerProcess.StartUdpAsync([.. scenario.Server])
            : await ServerProcess.StartAsync([.. scenario.Server]);
        Dictionary<string, string> places = Places(folder, server.Port);
        scenario.WriteFiles(folder, text => Fill(text, places));
        List<ChildProcess> started = [];
        try
        {
            started.AddRange(scenario.Starts.Select(command => ChildProcess.Shell($"PATH=$PATH:/usr/sbin; {Fill(command, places)}")));
            foreach (string place in _ports.Where(scenario.Uses))
            {
                await Eventually.IsTrueAsync(
                    () => SocketTable.Count(Port(places[place]), SocketState.Listen) > 0,
                    $"{scenario.Name} listens on {{{place}}}; {Said(started)}");
            }

            return await ChildProcess.RunAsync(
                ClientProgram(scenario),
                Arguments(scenario, "127.0.0.1", scenario.Starts.Count == 0 ? server.Port : Port(places["listen"])));
        }
        finally
        {
            foreach (ChildProcess process in started)
                await process.DisposeAsync();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string ClientProgram(Scenario scenario) => scenario.IsUdp ? Programs.UdpClient : Programs.TcpClient;

    private static string[] Arguments(Scenario scenario, string address, int port) =>
        [.. scenario.Client, "--ip", address, "--port", $"{port}", "--json"];

    private static Dictionary<string, string> Places(string folder, int backend)
    {
        Dictionary<string, string> places = new() { ["dir"] = folder, ["backend"] = $"{backend}" };
        List<Socket> reserved = [];
        foreach (string place in _ports)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            reserved.Add(socket);
            places[place] = $"{((IPEndPoint)socket.LocalEndPoint!).Port}";
        }

        reserved.ForEach(socket => socket.Dispose());
        return places;
    }

    private static string Fill(string text, Dictionary<string, string> places) =>
        places.Aggregate(text, (filled, place) => filled.Replace($"{{{place.Key}}}", place.Value));

    private static int Port(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static string Said(List<ChildProcess> processes) =>
        string.Join('\n', processes.Select(process => $"{process.Output.Text}\n{process.Error.Text}"));
}
