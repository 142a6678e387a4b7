namespace SumSocket.SystemTests.Harness;

/// <summary>A server's machine and a client's with one cable between them, on which packets can be made to vanish.</summary>
internal sealed class NetworkPair : Network
{
    /// <summary>The server's address, seen from either end.</summary>
    public const string ServerAddress = "10.211.0.1";

    private const string ClientAddress = "10.211.0.2";

    private NetworkPair(params string[] machines)
        : base(machines)
    {
    }

    /// <summary>Makes the pair.</summary>
    /// <param name="withRouter">Whether a third machine passes packets between them.</param>
    public static Task<NetworkPair> CreateAsync(bool withRouter = false) => withRouter ? BuildRoutedAsync() : BuildAsync();

    private static Task<NetworkPair> BuildAsync() => BuildAsync(new NetworkPair("server", "client"), $"""
        ip -n $server link add cable type veth peer name cable netns $client
        ip -n $server address add {ServerAddress}/30 dev cable
        ip -n $client address add {ClientAddress}/30 dev cable
        ip -n $server link set cable up
        ip -n $client link set cable up
        """);

    /// <summary>Starts the real server on the server's machine.</summary>
    public Task<ServerProcess> StartServerAsync(params string[] arguments) =>
        StartServerAsync(Programs.TcpServer, ServerAddress, arguments);

    /// <summary>Starts the real server over UDP on the server's machine.</summary>
    public Task<ServerProcess> StartUdpServerAsync(params string[] arguments) =>
        StartServerAsync(Programs.UdpServer, ServerAddress, arguments);

    /// <summary>Starts a program on the client's machine.</summary>
    public ChildProcess StartClient(string program, params string[] arguments) => Start("client", program, arguments);

    /// <summary>Lets every packet to the client vanish, as a pulled plug does.</summary>
    public Task DropAsync() => RunAsync("client", $"iptables -A INPUT -s {ServerAddress} -j DROP");

    /// <summary>Refuses every packet to the server on its machine.</summary>
    /// <param name="how"><c>DROP</c>, or a kind of <c>REJECT</c> such as <c>icmp-host-unreachable</c>.</param>
    public Task RefuseAsync(string how) => RunAsync(
        "server", $"iptables -A INPUT -s {ClientAddress} {(how == "DROP" ? "-j DROP" : $"-p tcp -j REJECT --reject-with {how}")}");

    /// <summary>Sets a kernel parameter of both machines.</summary>
    public async Task SetAsync(string name, int value)
    {
        foreach (string machine in (string[])["server", "client"])
            await RunAsync(machine, $"sysctl -qw {name}={value}");
    }

    /// <summary>Gives the server's machine three addresses more, of both kinds, and the client's one of IPv6.</summary>
    /// <returns>All that the server has now, but for that of its loopback interface.</returns>
    public async Task<IReadOnlyList<string>> AddServerAddressesAsync()
    {
        await RunAsync("server", "ip address add 10.212.0.1/32 dev lo");
        await RunAsync("server", "ip address add fd00:211::1/64 dev cable nodad && ip address add fd00:211::3/64 dev cable nodad");
        await RunAsync("client", $"ip route add 10.212.0.1/32 via {ServerAddress} && ip address add fd00:211::2/64 dev cable nodad");
        return [ServerAddress, "10.212.0.1", "fd00:211::1", "fd00:211::3"];
    }

    /// <summary>Runs something on the client's machine, in this process.</summary>
    public T InClient<T>(Func<T> run) => Run("client", run);

    /// <summary>Forbids the server's machine to send datagrams: the kernel then refuses the call itself, with EPERM.</summary>
    /// <param name="verdict"><c>DROP</c> or <c>REJECT</c>.</param>
    public Task ForbidSendingAsync(string verdict) => RunAsync("server", $"iptables -A OUTPUT -p udp -j {verdict}");

    /// <summary>Answers every datagram to the client with an ICMP report that no process listens there.</summary>
    public Task RefuseAnswersAsync() => RunAsync("client", "iptables -A INPUT -p udp -j REJECT --reject-with icmp-port-unreachable");

    /// <summary>Lets everything pass again.</summary>
    public async Task HealAsync()
    {
        await RunAsync("client", "iptables -F");
        await RunAsync("server", "iptables -F");
    }

    private static Task<NetworkPair> BuildRoutedAsync() => BuildAsync(new NetworkPair("server", "router", "client"), $"""
        ip -n $server link add cable type veth peer name toserver netns $router
        ip -n $client link add cable type veth peer name toclient netns $router
        ip -n $server address add {ServerAddress}/30 dev cable
        ip -n $router address add 10.211.0.2/30 dev toserver
        ip -n $router address add 10.211.0.5/30 dev toclient
        ip -n $client address add 10.211.0.6/30 dev cable
        ip -n $server link set cable up
        ip -n $router link set toserver up
        ip -n $router link set toclient up
        ip -n $client link set cable up
        ip -n $server route add default via 10.211.0.2
        ip -n $client route add default via 10.211.0.5
        ip netns exec $router sysctl -qw net.ipv4.ip_forward=1
        """);
}
