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
    private readonly string? _router;

    private NetworkPair(bool withRouter)
    {
        int number = Interlocked.Increment(ref _made);
        _server = $"sum-server-{Environment.ProcessId}-{number}";
        _client = $"sum-client-{Environment.ProcessId}-{number}";
        _router = withRouter ? $"sum-router-{Environment.ProcessId}-{number}" : null;
    }

    /// <summary>Makes the pair, or skips the test where this machine has not what it takes.</summary>
    /// <param name="withRouter">Whether a third machine passes packets between them.</param>
    public static async Task<NetworkPair> CreateAsync(bool withRouter = false)
    {
        Tools.RequireRoot();
        Tools.Require("ip");
        Tools.Require("iptables");
        NetworkPair pair = new(withRouter);
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

    /// <summary>Starts a line of the shell on the machine called server, client or router. It finds the programs by name.</summary>
    public ChildProcess StartShell(string machine, string line) =>
        StartIn(Name(machine), ["env", $"PATH={Programs.SearchPath}", "/bin/bash", "-c", line]);

    /// <summary>Runs something on one of the machines, in this process: sockets made in it belong there.</summary>
    public T In<T>(string machine, Func<T> run) => NetworkNamespace.Run(Name(machine), run);

    /// <summary>Lets every packet to the client vanish, as a pulled plug does.</summary>
    public Task DropAsync() => RunAsync("netns", "exec", _client, "iptables", "-A", "INPUT", "-s", ServerAddress, "-j", "DROP");

    /// <summary>Answers every packet to the server with a reset, as a firewall or a restarted machine does.</summary>
    public Task RejectAsync() => RunAsync(
        "netns", "exec", _server, "iptables", "-A", "INPUT",
        "-p", "tcp", "-s", ClientAddress, "-j", "REJECT", "--reject-with", "tcp-reset");

    /// <summary>Refuses every segment to the server on its machine.</summary>
    /// <param name="how"><c>DROP</c>, or a kind of <c>REJECT</c> such as <c>icmp-host-unreachable</c>.</param>
    public Task RefuseAsync(string how) => RunAsync(
        ["netns", "exec", _server, "iptables", "-A", "INPUT", "-p", "tcp", "-s", ClientAddress,
            .. how == "DROP" ? (string[])["-j", how] : ["-j", "REJECT", "--reject-with", how]]);

    /// <summary>Sets a kernel parameter of both machines.</summary>
    public async Task SetAsync(string name, int value)
    {
        foreach (string machine in (string[])[_server, _client])
            await RunAsync("netns", "exec", machine, "sysctl", "-qw", $"{name}={value}");
    }

    /// <summary>The same on the client's.</summary>
    public T InClient<T>(Func<T> run) => In("client", run);

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
        foreach (string name in (string[])[_server, _client, .. _router is null ? (string[])[] : [_router]])
        {
            await using ChildProcess ip = await ChildProcess.RunAsync("ip", "netns", "delete", name);
        }
    }

    private string Name(string machine) => machine switch
    {
        "server" => _server,
        "client" => _client,
        _ => _router ?? throw new ArgumentException($"There is no {machine}.", nameof(machine)),
    };

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
        if (_router is null)
            await JoinAsync(_server, $"{ServerAddress}/30", _client, "cable", $"{ClientAddress}/30");
        else
        {
            await RunAsync("netns", "add", _router);
            await JoinAsync(_server, $"{ServerAddress}/30", _router, "toserver", "10.211.0.2/30");
            await JoinAsync(_client, "10.211.0.6/30", _router, "toclient", "10.211.0.5/30");
            await RunAsync("-n", _server, "route", "add", "default", "via", "10.211.0.2");
            await RunAsync("-n", _client, "route", "add", "default", "via", "10.211.0.5");
            await RunAsync("netns", "exec", _router, "sysctl", "-qw", "net.ipv4.ip_forward=1");
        }

        foreach (string name in new[] { _server, _client })
            await RunAsync("-n", name, "link", "set", "lo", "up"); // every machine can talk to itself

        await RunAsync("netns", "exec", _client, "iptables", "-L", "-n"); // a kernel without netfilter says so here, not inside a test
    }

    private static async Task JoinAsync(string name, string address, string other, string device, string otherAddress)
    {
        await RunAsync("-n", name, "link", "add", "cable", "type", "veth", "peer", "name", device, "netns", other);
        await RunAsync("-n", name, "address", "add", address, "dev", "cable");
        await RunAsync("-n", other, "address", "add", otherAddress, "dev", device);
        await RunAsync("-n", name, "link", "set", "cable", "up");
        await RunAsync("-n", other, "link", "set", device, "up");
    }
}
