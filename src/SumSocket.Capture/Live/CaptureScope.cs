using System.Net.Sockets;

namespace SumSocket.Capture.Live;

/// <summary>Which packets a run can have: those of its servers' addresses and ports, and reports of the network.</summary>
/// <param name="Servers">Where the servers listen; 0.0.0.0 and :: stand for every address.</param>
/// <param name="IsTcp">Whether it is TCP; else UDP.</param>
/// <param name="AllConnections">Whether all connections of these servers belong to the run, because they are its own.</param>
internal sealed record CaptureScope(IReadOnlyList<IPEndPoint> Servers, bool IsTcp, bool AllConnections)
{
    private readonly HashSet<Endpoint> _places =
        [.. Servers.Where(one => !IsEvery(one.Address)).Select(Endpoint.Of)];

    private readonly HashSet<int> _ports = [.. Servers.Where(one => IsEvery(one.Address)).Select(one => one.Port)];

    /// <summary>Whether all packets pass the loopback interface. Those between a client and any address of its own machine do; the clients
    /// of a server at such an address may be elsewhere.</summary>
    public bool IsLocal => Servers.All(one =>
        !IsEvery(one.Address) && (IPAddress.IsLoopback(one.Address) || (!AllConnections && IsOwn(one.Address))));

    /// <summary>What the kernel lets through, in the language of pcap-filter(7). A later fragment of a datagram names no port.</summary>
    public string Filter
    {
        get
        {
            string protocol = IsTcp ? "tcp" : "udp";
            IEnumerable<string> places = Servers.Select(one => IsEvery(one.Address)
                ? FormattableString.Invariant($"{protocol} port {one.Port}")
                : FormattableString.Invariant($"(host {new IPAddress(one.Address.GetAddressBytes())} and {protocol} port {one.Port})"));
            string fragments = IsTcp ? "" : " or (ip[6:2] & 0x1fff != 0) or ip6 proto 44";
            return $"{string.Join(" or ", places.Distinct())}{fragments} or icmp or icmp6";
        }
    }

    /// <summary>The two ends of a packet, the server's second; null when it is of no server of this run.</summary>
    public FlowKey? FlowOf(Endpoint source, Endpoint destination) =>
        IsServer(destination) ? new FlowKey(source, destination, IsTcp)
        : IsServer(source) ? new FlowKey(destination, source, IsTcp)
        : null;

    private bool IsServer(Endpoint place) => _ports.Contains(place.Port) || _places.Contains(place);

    private static bool IsEvery(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

    /// <summary>The kernel binds a socket to addresses of this machine only.</summary>
    private static bool IsOwn(IPAddress address)
    {
        try
        {
            using Socket socket = new(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            socket.Bind(new IPEndPoint(address, 0));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
