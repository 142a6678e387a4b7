namespace SumSocket.Client.Tcp;

/// <summary>How a <see cref="SumTcpClient"/> behaves. <see cref="Timeout.InfiniteTimeSpan"/> stands for no limit.</summary>
public sealed record SumTcpClientOptions
{
    /// <summary>The server's host name or address. Default 127.0.0.1.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>The server's port, 1 to 65,535. Default 5656.</summary>
    public int Port { get; init; } = 5656;

    /// <summary>How long one attempt to connect may take, all addresses of the host and the TLS handshake together. Default
    /// 10 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a request may take from the call to its answer, waiting for a connection and being sent again included. Default 30
    /// s. An unanswered request that is this old also ends the connection: answers come in order, so none can come behind it.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How many requests may be on the connection without an answer, 1 to 65,536; further callers wait their turn, in order.
    /// Default 1,024: enough to fill a fast path, little enough to bound what a lost connection leaves open.</summary>
    public int MaxInFlight { get; init; } = 1024;

    /// <summary>How many requests a connection carries, at least 1; null, the default, for no limit. When all of them are answered the
    /// client closes it (<see cref="ConnectionEventKind.Closed"/>), and connects again when a request needs that. The side that closes
    /// first keeps the port for a minute (TIME_WAIT, RFC 9293), so many short connections to one server can use up the local ports, 28,232
    /// on Linux.</summary>
    /// <remarks>A cancelled request counts, and its answer is waited for. A connection lost before its last answer is one like any other
    /// (<see cref="ConnectionEventKind.Lost"/>). Each connection learns anew whether its peer frames messages, since another server may
    /// be behind the same address: its first request is always alone.</remarks>
    public int? RequestsPerConnection { get; init; }

    /// <summary>Checks every answer against A + B and reports a wrong one as <see cref="SumOutcome.WrongAnswer"/>. Default false.</summary>
    public bool VerifySums { get; init; }

    /// <summary>Sends a request again, within its deadline, when the connection was lost before its answer came. Default true: a sum may be
    /// repeated safely. False reports <see cref="SumOutcome.OutcomeUnknown"/> instead.</summary>
    public bool ResendLost { get; init; } = true;

    /// <summary>The same, but only when the server ended the connection in order: between answers, over TLS announced by close_notify.
    /// That is how one ends that is being restarted, or the balancer before it. Default true; it matters where
    /// <see cref="ResendLost"/> is false. A request is sent again four times at most, on a new connection each time; then it ends as
    /// <see cref="SumOutcome.OutcomeUnknown"/>. Its time counts from its first try, as does its deadline.</summary>
    /// <remarks>A connection that ended without one answer counts as a failed attempt, so that a server which closes at once is not
    /// called in a loop. The request then waits for the next attempt whatever <see cref="WaitForReady"/> says, and with it those that
    /// come meanwhile. Never after a reset, a time-out, an end inside an answer, a protocol violation or an error such as
    /// <c>busy</c>. A proxy may turn a reset into an end in order, which cannot be seen here.</remarks>
    public bool RetryEnded { get; init; } = true;

    /// <summary>What a request does that finds no connection. True, the default: it waits for one until its deadline. False: it fails as
    /// <see cref="SumOutcome.NotSent"/> when the attempt under way fails, or at once while the next is held back.</summary>
    public bool WaitForReady { get; init; } = true;

    /// <summary>The pause after the first failed attempt to connect; it doubles with each further one. Default 100 ms. See
    /// <see cref="BackOff"/>.</summary>
    public TimeSpan InitialBackOff { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest pause between attempts. Default 5 s.</summary>
    public TimeSpan MaxBackOff { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>When the kernel probes a silent peer; null for never. Default 15 s, 15 s, 9 probes.</summary>
    public KeepAlive? KeepAlive { get; init; } = KeepAlive.Default;

    /// <summary>How long sent bytes may stay unacknowledged (Linux). Default 120 s.</summary>
    public TimeSpan UserTimeout { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>The PROXY header that begins every connection, ahead of TLS, as if a proxy had forwarded it: it names the connection's own
    /// addresses. For servers that require one, and to test what they make of it. Default none.</summary>
    public ProxyVersion SendProxy { get; init; }

    /// <summary>TLS for every connection. Default null: none.</summary>
    public TlsClientOptions? Tls { get; init; }

    /// <summary>What sees the program's sockets; null for nothing.</summary>
    internal ISocketObserver? Observer { get; init; }

    internal CoreOptions ToCore() =>
        new(typeof(SumTcpClient), RequestTimeout, MaxInFlight, ResendLost, RetryEnded, WaitForReady, InitialBackOff, MaxBackOff);

    internal void Validate()
    {
        Tls?.Validate();
        ArgumentException.ThrowIfNullOrWhiteSpace(Host);
        OptionRange.ThrowUnlessBetween((int)SendProxy, (int)ProxyVersion.None, (int)ProxyVersion.V2, nameof(SendProxy));
        OptionRange.ThrowUnlessBetween(Port, 1, 65_535, nameof(Port));
        OptionRange.ThrowUnlessTimeout(ConnectTimeout, nameof(ConnectTimeout));
        OptionRange.ThrowUnlessTimeout(RequestTimeout, nameof(RequestTimeout));
        OptionRange.ThrowUnlessBetween(MaxInFlight, 1, 65_536, nameof(MaxInFlight));
        OptionRange.ThrowUnlessBetween(RequestsPerConnection ?? 1, 1, int.MaxValue, nameof(RequestsPerConnection));
        OptionRange.ThrowUnlessTimeout(InitialBackOff, nameof(InitialBackOff), mayBeInfinite: false);
        OptionRange.ThrowUnlessTimeout(MaxBackOff, nameof(MaxBackOff), mayBeInfinite: false);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxBackOff, InitialBackOff);
        OptionRange.ThrowUnlessTimeout(UserTimeout, nameof(UserTimeout));
        KeepAlive?.Validate();
    }
}
