using System.Net.Sockets;
using SumSocket.Client.Tcp;
using SumSocket.Protocol;

namespace SumSocket.Measurement.Storm;

/// <summary>How an attempt to come back ended; each has exactly one. <see cref="StormCause"/> says what they mean.</summary>
internal enum StormOutcome
{
#pragma warning disable CS1591 // their meaning is in the table below, once
    Back,
    Refused,
    TimedOut,
    NoAnswer,
    Busy,
    Reset,
    Ended,
    Unreachable,
    NoPort,
    NoFile,
    Tls,
    Error,
    Foreign,
    Wrong,
    Other,
#pragma warning restore CS1591
}

/// <summary>One row of the table of outcomes, from which counts, JSON and texts follow.</summary>
/// <param name="Outcome">The outcome.</param>
/// <param name="Key">Its name in JSON.</param>
/// <param name="Name">Its name in texts, after a number.</param>
internal sealed record StormCause(StormOutcome Outcome, string Key, string Name)
{
    private static readonly StormCause[] _all = // in the order of the enum
    [
        new(StormOutcome.Back, "back", "back"),                                  // the right sum came
        new(StormOutcome.Refused, "refused", "refused"),
        new(StormOutcome.TimedOut, "timed_out", "timed out"),                    // no connection in time
        new(StormOutcome.NoAnswer, "no_answer", "without an answer in time"),    // connected, and no sum in time
        new(StormOutcome.Busy, "busy", "busy"),                                  // the server's limit of connections
        new(StormOutcome.Reset, "reset", "reset"),
        new(StormOutcome.Ended, "ended", "closed before the sum"),
        new(StormOutcome.Unreachable, "unreachable", "unreachable"),
        new(StormOutcome.NoPort, "no_port", "without a local port"),             // EADDRNOTAVAIL
        new(StormOutcome.NoFile, "no_file", "without a file descriptor"),        // EMFILE, ENFILE, ENOBUFS
        new(StormOutcome.Tls, "tls", "failed in TLS"),
        new(StormOutcome.Error, "error", "answered with an error"),
        new(StormOutcome.Foreign, "foreign", "answered by no sum server"),
        new(StormOutcome.Wrong, "wrong", "answered with a wrong sum"),
        new(StormOutcome.Other, "other", "failed otherwise"),
    ];

    public static IReadOnlyList<StormCause> All => _all;

    /// <summary>All but those that came back.</summary>
    public static IReadOnlyList<StormCause> Failures { get; } = _all[1..];

    /// <summary>The outcome of an attempt that made no connection.</summary>
    public static StormOutcome Of(ProbeAttempt attempt) => (attempt.Error, attempt.Cause) switch
    {
        (SocketError.AddressNotAvailable or SocketError.AddressAlreadyInUse, _) => StormOutcome.NoPort,
        (SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable, _) => StormOutcome.NoFile,
        (_, ConnectionCause.Refused) => StormOutcome.Refused,
        (_, ConnectionCause.TimedOut) => StormOutcome.TimedOut,
        (_, ConnectionCause.Reset) => StormOutcome.Reset,
        (_, ConnectionCause.EndOfStream) => StormOutcome.Ended,
        (_, ConnectionCause.Unreachable or ConnectionCause.NameNotFound) => StormOutcome.Unreachable,
        (_, ConnectionCause.TlsFailed) => StormOutcome.Tls,
        _ => StormOutcome.Other,
    };

    /// <summary>The outcome of an attempt that made one.</summary>
    /// <param name="result">What came over it.</param>
    /// <param name="sum">The right sum.</param>
    public static StormOutcome Of(ProbeResult result, long sum) => result.Outcome switch
    {
        ProbeOutcome.Answered when result.IsSum => result.Response.Sum == sum ? StormOutcome.Back : StormOutcome.Wrong,
        ProbeOutcome.Answered => result.Response.Error == ErrorCode.Busy ? StormOutcome.Busy : StormOutcome.Error,
        ProbeOutcome.NoAnswer => StormOutcome.NoAnswer,
        ProbeOutcome.Ended or ProbeOutcome.EndedInAnswer or ProbeOutcome.EndedUnannounced => StormOutcome.Ended,
        ProbeOutcome.Reset => StormOutcome.Reset,
        ProbeOutcome.Foreign => StormOutcome.Foreign,
        ProbeOutcome.Failed when result.Error == SocketError.TimedOut => StormOutcome.NoAnswer,
        _ => StormOutcome.Other,
    };
}

/// <summary>What was counted of attempts.</summary>
internal sealed record StormCounts
{
    private readonly long[] _outcomes;

    public StormCounts(ReadOnlySpan<long> outcomes) => _outcomes = outcomes.ToArray();

    public long this[StormOutcome outcome] => _outcomes[(int)outcome];

    /// <summary>All attempts that ended: the sum of the outcomes.</summary>
    public long Attempts => _outcomes.Sum();

    /// <summary>How many attempts made a TCP connection, and over TLS completed the handshake.</summary>
    public long Connected { get; init; }

    /// <summary>Segments that those sent again until they were connected: over plain TCP the SYN (TCP_INFO, tcpi_total_retrans). Null where
    /// the kernel does not report it.</summary>
    public long? SynRetries { get; init; }

    /// <summary>TLS handshakes with the server's certificate.</summary>
    public long FullHandshakes { get; init; }

    /// <summary>TLS handshakes that went on with an earlier session.</summary>
    public long ResumedHandshakes { get; init; }

    /// <summary>These and others.</summary>
    public StormCounts Plus(StormCounts other) => new([.. _outcomes.Select((count, i) => count + other._outcomes[i])])
    {
        Connected = Connected + other.Connected,
        SynRetries = SynRetries + other.SynRetries,
        FullHandshakes = FullHandshakes + other.FullHandshakes,
        ResumedHandshakes = ResumedHandshakes + other.ResumedHandshakes,
    };

    /// <summary>The failures that occurred: <c>300 refused, 12 timed out</c>.</summary>
    public string DescribeFailures() => string.Join(
        ", ", StormCause.Failures.Where(one => this[one.Outcome] > 0).Select(one => $"{StormVerdict.Count(this[one.Outcome])} {one.Name}"));
}
