using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using SumSocket.SystemTests.Harness;

namespace SumSocket.SystemTests.Scenarios;

/// <summary>Plays the files of tests/scenarios with the real forwarders; its README.md says how to write one.</summary>
public sealed class ScenarioTests
{
    public static TheoryData<string> Names { get; } =
        [.. Directory.GetFiles(Scenario.Folder, "*.txt").Select(file => Path.GetFileNameWithoutExtension(file)).Order()
            .Where(name => Environment.GetEnvironmentVariable("SCENARIOS") == "all" || Scenario.Read(name).IsQuick)];

    [Theory(Timeout = 120_000)]
    [MemberData(nameof(Names))]
    public async Task Is_found_out(string name)
    {
        Scenario scenario = Scenario.Read(name);
        scenario.Needs.ForEach(Tools.Require);
        string folder = Directory.CreateTempSubdirectory("scenario-").FullName;
        await using ServerProcess server = await ServerProcess.StartAsync([.. scenario.Server]);
        Dictionary<string, string> places = Places(folder, server.Port, isDirect: scenario.Starts.Count == 0);
        scenario.WriteFiles(folder, text => Fill(text, places));
        List<ChildProcess> started = [];
        try
        {
            foreach (string command in scenario.Starts)
            {
                string exec = command.Contains("exec ", StringComparison.Ordinal) ? "" : "exec "; // what is killed is the forwarder
                started.Add(ChildProcess.Shell($"PATH=$PATH:/usr/sbin; {exec}{Fill(command, places)}"));
            }

            int port = int.Parse(places["listen"], CultureInfo.InvariantCulture);
            await Eventually.IsTrueAsync(
                () => SocketTable.Count(port, SocketState.Listen) > 0, $"{name} listens; {Said(started)}");

            await using ChildProcess client = await ChildProcess.RunAsync(
                Programs.TcpClient, [.. scenario.Client, "--port", places["listen"], "--json"]);

            using JsonDocument result = JsonDocument.Parse(client.Output.Text);
            foreach ((string what, string value) in scenario.Expected)
                value.Split('|').Should().Contain(Find(result.RootElement, what), $"{what} of {client.Output.Text}");
            if (Environment.GetEnvironmentVariable("SCENARIO_RESULTS") is { Length: > 0 } results)
                File.WriteAllText(Path.Combine(results, name + ".json"), client.Output.Text);
        }
        finally
        {
            foreach (ChildProcess process in started)
                await process.DisposeAsync();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Dictionary<string, string> Places(string folder, int backend, bool isDirect)
    {
        Dictionary<string, string> places = new() { ["dir"] = folder, ["backend"] = Text(backend) };
        List<Socket> reserved = [];
        foreach (string place in (string[])["listen", "port1", "port2", "port3"])
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            reserved.Add(socket);
            places[place] = Text(((IPEndPoint)socket.LocalEndPoint!).Port);
        }

        reserved.ForEach(socket => socket.Dispose());
        if (isDirect)
            places["listen"] = Text(backend);
        return places;
    }

    private static string Fill(string text, Dictionary<string, string> places) =>
        places.Aggregate(text, (filled, place) => filled.Replace($"{{{place.Key}}}", place.Value));

    /// <summary>The result of a finding, or else a member by its path.</summary>
    private static string? Find(JsonElement result, string what)
    {
        if (result.TryGetProperty("findings", out JsonElement findings))
        {
            foreach (JsonElement finding in findings.EnumerateArray())
            {
                if (finding.GetProperty("check").GetString() == what)
                    return finding.GetProperty("result").GetString();
            }
        }

        foreach (string member in what.Split('.'))
        {
            if (result.ValueKind != JsonValueKind.Object || !result.TryGetProperty(member, out result))
                return null;
        }

        return result.ToString();
    }

    private static string Said(List<ChildProcess> processes) =>
        string.Join('\n', processes.Select(process => $"{process.Output.Text}\n{process.Error.Text}"));

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
