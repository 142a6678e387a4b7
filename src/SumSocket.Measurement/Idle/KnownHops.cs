namespace SumSocket.Measurement.Idle;

/// <summary>Something that is known to end or forget silent connections.</summary>
/// <param name="Name">What it is, with its limit as it is delivered.</param>
/// <param name="Limit">That limit.</param>
/// <param name="IsProxy">Whether it ends TCP itself, so that keep-alive does not count.</param>
internal sealed record KnownHop(string Name, TimeSpan Limit, bool IsProxy = false)
{
    private const double Tolerance = 0.05;

    /// <summary>As documented by their makers, for TCP.</summary>
    public static IReadOnlyList<KnownHop> Tcp { get; } =
    [
        new("GCP TcpRoute", TimeSpan.FromSeconds(30), IsProxy: true),
        new("Azure Load Balancer or NAT gateway", TimeSpan.FromMinutes(4)),
        new("AWS NLB, NAT gateway, Gateway LB, Network Firewall or Transit Gateway", TimeSpan.FromSeconds(350)),
        new("GCP VPC firewall", TimeSpan.FromSeconds(600)),
        new("nginx stream (proxy_timeout)", TimeSpan.FromSeconds(600), IsProxy: true),
        new("kube-proxy IPVS or Docker swarm ingress", TimeSpan.FromSeconds(900)),
        new("GCP Cloud NAT", TimeSpan.FromSeconds(1200)),
        new("WinNAT", TimeSpan.FromSeconds(1800)),
        new("Envoy tcp_proxy or Istio", TimeSpan.FromSeconds(3600), IsProxy: true),
        new("Cisco firewall", TimeSpan.FromHours(1)),
        new("VMware NSX gateway", TimeSpan.FromHours(2)),
        new("OpenWrt (conntrack)", TimeSpan.FromSeconds(7440)),
        new("Linux conntrack or EC2 security group", TimeSpan.FromDays(5)),
    ];

    /// <summary>The same for UDP.</summary>
    public static IReadOnlyList<KnownHop> Udp { get; } =
    [
        new("Linux conntrack, a flow with one packet each way", TimeSpan.FromSeconds(30)),
        new("OpenWrt (conntrack), a flow with one packet each way", TimeSpan.FromSeconds(60)),
        new("Linux conntrack, a flow that goes on", TimeSpan.FromSeconds(120)),
        new("OpenWrt (conntrack), a flow that goes on", TimeSpan.FromSeconds(180)),
    ];

    /// <summary>Those whose limit lies between the two, give or take 5 %.</summary>
    public static IReadOnlyList<KnownHop> Near(IReadOnlyList<KnownHop> hops, TimeSpan lived, TimeSpan died) =>
        [.. hops.Where(hop => hop.Limit >= lived * (1 - Tolerance) && hop.Limit <= died * (1 + Tolerance))];
}
