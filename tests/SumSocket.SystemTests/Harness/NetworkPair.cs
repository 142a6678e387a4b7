namespace SumSocket.SystemTests.Harness;

/// <summary>
/// Two network namespaces joined by a cable of their own: a server's machine and a client's, between which packets can be made to vanish.
/// Needs root. Disposing removes both and everything in them.
/// </summary>
internal sealed class NetworkPair : IAsyncDisposable
{
    /// <summary>The server's address, seen from either end.</summary>
    public const string ServerAddress = "10.211.0.1";

    private const string ClientAddress = "10.211.0.2";

    private static int _made;

    private readonly string _server;
    private readonly string _client;

    private NetworkPair()
    {
        int number = Interlocked.Increment(ref _made);
        _server = $"sum-server-{Environment.ProcessId}-{number}";
        _client = $"sum-client-{Environment.ProcessId}-{number}";
    }

    /// <summary>Makes the pair, or skips the test where this machine has not what it takes.</summary>
    public static async Task<NetworkPair> CreateAsync()
    {
        Tools.RequireRoot();
        Tools.Require("ip");
        Tools.Require("iptables");
        NetworkPair pair = new();
        try
        {
            await pair.BuildAsync();
            return pair;
        }
        catch
        {
            await pair.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the real server on the server's machine.</summary>
    public Task<ServerProcess> StartServerAsync(params string[] arguments) =>
        ServerProcess.StartedAsync(StartIn(_server, [Programs.TcpServer, "--ip", ServerAddress, "--port", "0", .. arguments]));

    /// <summary>Starts the real server over UDP on the server's machine.</summary>
    public Task<ServerProcess> StartUdpServerAsync(params string[] arguments) =>
        ServerProcess.StartedAsync(StartIn(_server, [Programs.UdpServer, "--ip", ServerAddress, "--port", "0", .. arguments]));

    /// <summary>Starts a program on the client's machine.</summary>
    public ChildProcess StartClient(string program, params string[] arguments) => StartIn(_client, [program, .. arguments]);

    /// <summary>Lets every packet to the client vanish, as a pulled plug does.</summary>
    public Task DropAsync() => RunAsync("netns", "exec", _client, "iptables", "-A", "INPUT", "-s", ServerAddress, "-j", "DROP");

    /// <summary>Answers every packet to the server with a reset, as a firewall or a restarted machine does.</summary>
    public Task RejectAsync() => RunAsync(
        "netns", "exec", _server, "iptables", "-A", "INPUT",
        "-p", "tcp", "-s", ClientAddress, "-j", "REJECT", "--reject-with", "tcp-reset");

    /// <summary>Refuses every segment to the server on its machine: silently with <c>DROP</c>, else with what <c>REJECT</c> answers.</summary>
    /// <param name="how"><c>DROP</c>, or a kind of <c>REJECT</c> such as <c>icmp-host-unreachable</c>.</param>
    public Task RefuseAsync(string how) => RunAsync(
        ["netns", "exec", _server, "iptables", "-A", "INPUT", "-p", "tcp", "-s", ClientAddress,
            .. how == "DROP" ? (string[])["-j", how] : ["-j", "REJECT", "--reject-with", how]]);

    /// <summary>Sets a kernel parameter of the client's machine.</summary>
    public Task SetAsync(string name, int value) => RunAsync("netns", "exec", _client, "sysctl", "-qw", $"{name}={value}");

    /// <summary>Runs something on the client's machine, in this process: sockets made in it belong there.</summary>
    public T InClient<T>(Func<T> run) => NetworkNamespace.Run(_client, run);

    /// <summary>Forbids the server's machine to send datagrams: the kernel then refuses the call itself, with EPERM.</summary>
    /// <param name="verdict"><c>DROP</c> or <c>REJECT</c>.</param>
    public Task ForbidSendingAsync(string verdict) =>
        RunAsync("netns", "exec", _server, "iptables", "-A", "OUTPUT", "-p", "udp", "-j", verdict);

    /// <summary>Answers every datagram to the client with an ICMP report that no process listens there.</summary>
    public Task RefuseAnswersAsync() => RunAsync(
        "netns", "exec", _client, "iptables", "-A", "INPUT", "-p", "udp", "-j", "REJECT", "--reject-with", "icmp-port-unreachable");

    /// <summary>Lets everything pass again.</summary>
    public async Task HealAsync()
    {
        await RunAsync("netns", "exec", _client, "iptables", "-F");
        await RunAsync("netns", "exec", _server, "iptables", "-F");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (string name in new[] { _server, _client })
        {
            await using ChildProcess ip = await ChildProcess.RunAsync("ip", "netns", "delete", name);
        }
    }

    private static ChildProcess StartIn(string name, string[] command) =>
        ChildProcess.Start("ip", ["netns", "exec", name, .. command]); // ip replaces itself, so the process is the program

    private static async Task RunAsync(params string[] arguments)
    {
        await using ChildProcess ip = await ChildProcess.RunAsync("ip", arguments);
        if (await ip.ExitAsync() != 0)
            Tools.Missing($"ip {string.Join(' ', arguments)}: {ip.Error.Text}");
    }

    private async Task BuildAsync()
    {
        await RunAsync("netns", "add", _server);
        await RunAsync("netns", "add", _client);
        await RunAsync("-n", _server, "link", "add", "cable", "type", "veth", "peer", "name", "cable", "netns", _client);
        await RunAsync("-n", _server, "address", "add", $"{ServerAddress}/30", "dev", "cable");
        await RunAsync("-n", _client, "address", "add", $"{ClientAddress}/30", "dev", "cable");
        foreach (string name in new[] { _server, _client })
        {
            await RunAsync("-n", name, "link", "set", "lo", "up"); // every machine can talk to itself
            await RunAsync("-n", name, "link", "set", "cable", "up");
        }

        await RunAsync("netns", "exec", _client, "iptables", "-L", "-n"); // a kernel without netfilter says so here, not inside a test
    }
}
