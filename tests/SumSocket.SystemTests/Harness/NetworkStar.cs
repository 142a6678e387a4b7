namespace SumSocket.SystemTests.Harness;

/// <summary>A server's machine with a cable to each of several clients' machines.</summary>
internal sealed class NetworkStar : Network
{
    /// <summary>The server's address, seen from any end.</summary>
    public const string ServerAddress = "10.212.0.1";

    private NetworkStar(IEnumerable<string> clients)
        : base(["server", .. clients])
    {
    }

    /// <summary>Makes it.</summary>
    public static Task<NetworkStar> CreateAsync(int clients)
    {
        string[] names = [.. Enumerable.Range(0, clients).Select(Name)];
        return BuildAsync(new NetworkStar(names), $"""
            ip -n $server address add {ServerAddress}/32 dev lo
            {string.Join('\n', names.Select((name, i) => $"""
                ip -n $server link add to{i} type veth peer name cable netns ${name}
                ip -n $server address add 10.212.{i + 1}.1/30 dev to{i}
                ip -n $server link set to{i} up
                ip -n ${name} address add 10.212.{i + 1}.2/30 dev cable
                ip -n ${name} link set cable up
                ip -n ${name} route add default via 10.212.{i + 1}.1
                """))}
            """);
    }

    /// <summary>Starts the real server on the server's machine.</summary>
    public Task<ServerProcess> StartServerAsync() => StartServerAsync(Programs.TcpServer, ServerAddress);

    /// <summary>Starts a program on a client's machine, counted from 0.</summary>
    public ChildProcess StartClient(int client, string program, params string[] arguments) => Start(Name(client), program, arguments);

    private static string Name(int client) => $"client{client}";
}
