namespace SumSocket.SystemTests.Harness;

/// <summary>A server's machine with a cable to each of several clients' machines, as network namespaces. Needs root. Disposing removes all
/// and everything in them.</summary>
internal sealed class NetworkStar : IAsyncDisposable
{
    /// <summary>The server's address, seen from any end.</summary>
    public const string ServerAddress = "10.212.0.1";

    private readonly string _server = $"sum-star-{Environment.ProcessId}";
    private readonly string[] _clients;

    private NetworkStar(int clients) => _clients = [.. Enumerable.Range(1, clients).Select(number => $"{_server}-{number}")];

    /// <summary>Makes it, or skips the test where this machine has not what it takes.</summary>
    public static async Task<NetworkStar> CreateAsync(int clients)
    {
        Tools.RequireRoot();
        Tools.Require("ip");
        NetworkStar star = new(clients);
        try
        {
            await star.BuildAsync();
            return star;
        }
        catch
        {
            await star.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the real server on the server's machine.</summary>
    public Task<ServerProcess> StartServerAsync() =>
        ServerProcess.StartedAsync(StartIn(_server, [Programs.TcpServer, "--ip", ServerAddress, "--port", "0"]));

    /// <summary>Starts a program on a client's machine, counted from 0.</summary>
    public ChildProcess StartClient(int client, string program, params string[] arguments) =>
        StartIn(_clients[client], [program, .. arguments]);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (string name in (string[])[_server, .. _clients])
        {
            await using ChildProcess ip = await ChildProcess.RunAsync("ip", "netns", "delete", name);
        }
    }

    private static ChildProcess StartIn(string name, string[] command) => ChildProcess.Start("ip", ["netns", "exec", name, .. command]);

    private static async Task RunAsync(params string[] arguments)
    {
        await using ChildProcess ip = await ChildProcess.RunAsync("ip", arguments);
        if (await ip.ExitAsync() != 0)
            Tools.Missing($"ip {string.Join(' ', arguments)}: {ip.Error.Text}");
    }

    private async Task BuildAsync()
    {
        await RunAsync("netns", "add", _server);
        await RunAsync("-n", _server, "link", "set", "lo", "up");
        await RunAsync("-n", _server, "address", "add", $"{ServerAddress}/32", "dev", "lo");
        for (int i = 0; i < _clients.Length; i++)
        {
            string net = $"10.212.{i + 1}";
            await RunAsync("netns", "add", _clients[i]);
            await RunAsync("-n", _server, "link", "add", $"to{i}", "type", "veth", "peer", "name", "cable", "netns", _clients[i]);
            await RunAsync("-n", _server, "address", "add", $"{net}.1/30", "dev", $"to{i}");
            await RunAsync("-n", _server, "link", "set", $"to{i}", "up");
            await RunAsync("-n", _clients[i], "address", "add", $"{net}.2/30", "dev", "cable");
            await RunAsync("-n", _clients[i], "link", "set", "cable", "up");
            await RunAsync("-n", _clients[i], "route", "add", "default", "via", $"{net}.1");
        }
    }
}
