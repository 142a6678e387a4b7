namespace SumSocket.SystemTests.Harness;

/// <summary>A client's machine, a router and a server's machine. The router has a cable <c>to-client</c> and one <c>to-server</c>.
/// </summary>
internal sealed class NetworkPath : Network
{
    /// <summary>The client's address.</summary>
    public const string ClientAddress = "10.213.1.2";

    /// <summary>The server's address.</summary>
    public const string ServerAddress = "10.213.2.2";

    private NetworkPath()
        : base("client", "router", "server")
    {
    }

    /// <summary>Makes it; the router passes everything on.</summary>
    public static Task<NetworkPath> CreateAsync() => BuildAsync(new NetworkPath(), $"""
        ip -n $client link add cable type veth peer name to-client netns $router
        ip -n $server link add cable type veth peer name to-server netns $router
        ip -n $client address add {ClientAddress}/24 dev cable
        ip -n $router address add 10.213.1.1/24 dev to-client
        ip -n $router address add 10.213.2.1/24 dev to-server
        ip -n $server address add {ServerAddress}/24 dev cable
        ip -n $client link set cable up
        ip -n $router link set to-client up
        ip -n $router link set to-server up
        ip -n $server link set cable up
        ip -n $client route add default via 10.213.1.1
        ip -n $server route add default via 10.213.2.1
        ip netns exec $router sysctl -qw net.ipv4.ip_forward=1
        """);
}
