namespace SumSocket.Server.Tcp;

/// <summary>PROXY protocol for a <see cref="SumTcpServer"/> behind a proxy that sends it, versions 1 and 2 (proxy-protocol.txt of HAProxy):
/// a header ahead of everything else, TLS included, names the client's address. It is used for the log and for the limit per
/// address.</summary>
public sealed record ProxyServerOptions
{
    /// <summary>Who may send a header: anyone else could claim any address. At least one network.</summary>
    public required IReadOnlyList<IPNetwork> Senders { get; init; }

    /// <summary>Whether every connection must begin with a header, and come from <see cref="Senders"/>. Default true. False also serves
    /// connections without one, from anywhere: for the time in which both ends are switched over.</summary>
    public bool IsRequired { get; init; } = true;

    /// <summary>How old a connection may be when its header is complete. Default 3 s, in which a lost segment can be sent again. Where none
    /// is required, this holds only for one that has begun.</summary>
    public TimeSpan HeaderTimeout { get; init; } = TimeSpan.FromSeconds(3);

    internal void Validate()
    {
        ArgumentNullException.ThrowIfNull(Senders);
        ArgumentOutOfRangeException.ThrowIfZero(Senders.Count, nameof(Senders));
        OptionRange.ThrowUnlessTimeout(HeaderTimeout, nameof(HeaderTimeout), mayBeInfinite: false);
    }
}
