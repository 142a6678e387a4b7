using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace SumSocket.Capture.Live;

/// <summary>Which packets a run can have: those of its servers' addresses and ports, and reports of the network.</summary>
/// <param name="Servers">Where the servers listen; 0.0.0.0 and :: stand for every address of this machine.</param>
/// <param name="IsTcp">Whether it is TCP; else UDP.</param>
/// <param name="AllConnections">Whether all connections of these servers belong to the run, because they are its own.</param>
internal sealed record CaptureScope(IReadOnlyList<IPEndPoint> Servers, bool IsTcp, bool AllConnections)
{
    private const int MaxKnown = 1024;

    private readonly Dictionary<UInt128, bool> _isHere = [];

    private readonly HashSet<Endpoint> _places =
        [.. Servers.Select(Unmapped).Where(one => !IsEvery(one.Address)).Select(Endpoint.Of)];

    private readonly HashSet<int> _ports = [.. Servers.Select(Unmapped).Where(one => IsEvery(one.Address)).Select(one => one.Port)];

    /// <summary>Where the servers listen. An IPv4 address that is mapped into IPv6 is reached over IPv4.</summary>
    public IReadOnlyList<IPEndPoint> Servers { get; } = [.. Servers.Select(Unmapped)];

    /// <summary>Whether an address is of this machine.</summary>
    public Func<IPAddress, bool> IsHere { get; init; } = IsBindable;

    /// <summary>Whether all packets pass the loopback interface. From itself this machine reaches each address of its own there; others
    /// reach a server elsewhere.</summary>
    public bool IsLocal => Servers.All(one =>
        !IsEvery(one.Address) && (IPAddress.IsLoopback(one.Address) || (!AllConnections && IsHere(one.Address))));

    /// <summary>Which end is surely on this machine: 0 is the client's.</summary>
    public int OwnSide => AllConnections ? 1 : 0;

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

    private bool IsServer(Endpoint place) => _places.Contains(place) || (_ports.Contains(place.Port) && IsOwn(place));

    /// <summary>The same port of another machine is another server.</summary>
    private bool IsOwn(Endpoint place)
    {
        if (_isHere.TryGetValue(place.Address, out bool isHere))
            return isHere;
        if (_isHere.Count == MaxKnown)
            _isHere.Clear();
        return _isHere[place.Address] = IsHere(place.ToIPEndPoint().Address);
    }

    private static bool IsEvery(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

    private static IPEndPoint Unmapped(IPEndPoint one) => new(one.Address.Unmapped(), one.Port);

    /// <summary>The kernel binds a socket to addresses of this machine only, and to a link-local one only where its interface is
    /// named.</summary>
    private static bool IsBindable(IPAddress address)
    {
        if (address is { IsIPv6LinkLocal: true, ScopeId: 0 })
            return NetworkInterface.GetAllNetworkInterfaces().SelectMany(one => one.GetIPProperties().UnicastAddresses)
                .Any(one => one.Address.GetAddressBytes().AsSpan().SequenceEqual(address.GetAddressBytes()));
        try
        {
            using Socket socket = new(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            socket.Bind(new IPEndPoint(address, 0));
            return true;
        }
        catch (SocketException failure)
        {
            return failure.SocketErrorCode is not (SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported);
        }
    }
}
