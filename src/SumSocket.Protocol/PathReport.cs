using System.Text.Json;

namespace SumSocket.Protocol;

/// <summary>What a server sees of a connection, as an answer reports it: <c>{"Sum":11,"Path":{"Peer":"10.0.0.5:40122",...}}</c>. What the
/// server does not know is null and left out. Over UDP there is <see cref="Peer"/> alone.</summary>
public sealed record PathReport
{
    private const long MostReported = 1_000_000_000_000; // thirty years in milliseconds, ten days in microseconds

    /// <summary>The address and port that the connection comes from, which a NAT or a proxy may have changed.</summary>
    public string? Peer { get; init; }

    /// <summary>The server's own address and port.</summary>
    public string? Local { get; init; }

    /// <summary>The connection's age in milliseconds, from the accept.</summary>
    public long? AgeMs { get; init; }

    /// <summary>The connection's number in the server's log.</summary>
    public long? Connection { get; init; }

    /// <summary>A number that asks, over another connection, how this one ended (<see cref="PathQuery.Key"/>).</summary>
    public long? Key { get; init; }

    /// <summary>The server's read deadline in milliseconds; 0 for none.</summary>
    public long? ReadTimeoutMs { get; init; }

    /// <summary>The greatest age that the server allows this connection, in milliseconds; 0 for none.</summary>
    public long? MaxLifetimeMs { get; init; }

    /// <summary>The keep-alive that the server's kernel has set, as <c>15s/15s/9</c>, or <c>none</c>.</summary>
    public string? KeepAlive { get; init; }

    /// <summary>The server's TCP_USER_TIMEOUT in milliseconds; 0 for none.</summary>
    public long? UserTimeoutMs { get; init; }

    /// <summary>The most bytes that a segment from the server carries.</summary>
    public long? Mss { get; init; }

    /// <summary>The longest packet that the path from the server takes, in bytes.</summary>
    public long? Pmtu { get; init; }

    /// <summary>The round-trip time that the server's kernel has measured, in microseconds.</summary>
    public long? RttUs { get; init; }

    /// <summary>Segments that the server's kernel has sent again.</summary>
    public long? Retransmits { get; init; }

    /// <summary>The client's address and port as a PROXY header names them.</summary>
    public string? Proxy { get; init; }

    /// <summary>Version and cipher suite, as <c>TLS 1.3 TLS_AES_256_GCM_SHA384</c>.</summary>
    public string? Tls { get; init; }

    /// <summary>How the connection with the key that was asked about ended, as the server's log has it: <c>peer_closed</c>,
    /// <c>peer_reset</c>, <c>idle_timeout</c>. Null when it has not ended, or ended too long ago.</summary>
    public string? Ended { get; init; }

    /// <summary>Its members in order, each with one value or none.</summary>
    internal IEnumerable<(string Name, string? Text, long? Number)> Members =>
    [
        (nameof(Peer), Peer, null), (nameof(Local), Local, null), (nameof(AgeMs), null, AgeMs), (nameof(Connection), null, Connection),
        (nameof(Key), null, Key), (nameof(ReadTimeoutMs), null, ReadTimeoutMs), (nameof(MaxLifetimeMs), null, MaxLifetimeMs),
        (nameof(KeepAlive), KeepAlive, null), (nameof(UserTimeoutMs), null, UserTimeoutMs), (nameof(Mss), null, Mss),
        (nameof(Pmtu), null, Pmtu), (nameof(RttUs), null, RttUs), (nameof(Retransmits), null, Retransmits), (nameof(Proxy), Proxy, null),
        (nameof(Tls), Tls, null), (nameof(Ended), Ended, null),
    ];

    /// <summary>Reads the report of a whole answer; null when it has none. Members of other kinds than expected are left out.</summary>
    /// <param name="answer">A valid JSON object.</param>
    internal static PathReport? Read(ReadOnlySpan<byte> answer)
    {
        try
        {
            var reader = new Utf8JsonReader(answer);
            while (reader.Read())
            {
                if (reader.CurrentDepth != 1 || reader.TokenType != JsonTokenType.PropertyName || !reader.ValueTextEquals("Path"))
                    continue;
                reader.Read();
                if (reader.TokenType == JsonTokenType.StartObject)
                    return ReadMembers(ref reader);
            }
        }
        catch (InvalidOperationException)
        {
            // An escape of half a character, which is JSON and no text.
        }

        return null;
    }

    /// <summary>A server may report anything, and what computes with it must not overflow.</summary>
    private static bool IsPossible(string name, long value) => value >= 0 && (value <= MostReported || name is nameof(Key));

    private static PathReport ReadMembers(ref Utf8JsonReader reader)
    {
        Dictionary<string, string> texts = [];
        Dictionary<string, long> numbers = [];
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            reader.Read();
            if (reader.TokenType == JsonTokenType.String)
                texts[name] = reader.GetString()!;
            else if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out long number))
                numbers[name] = number;
            else
                reader.Skip();
        }

        return new PathReport
        {
            Peer = Text(nameof(Peer)),
            Local = Text(nameof(Local)),
            AgeMs = Number(nameof(AgeMs)),
            Connection = Number(nameof(Connection)),
            Key = Number(nameof(Key)),
            ReadTimeoutMs = Number(nameof(ReadTimeoutMs)),
            MaxLifetimeMs = Number(nameof(MaxLifetimeMs)),
            KeepAlive = Text(nameof(KeepAlive)),
            UserTimeoutMs = Number(nameof(UserTimeoutMs)),
            Mss = Number(nameof(Mss)),
            Pmtu = Number(nameof(Pmtu)),
            RttUs = Number(nameof(RttUs)),
            Retransmits = Number(nameof(Retransmits)),
            Proxy = Text(nameof(Proxy)),
            Tls = Text(nameof(Tls)),
            Ended = Text(nameof(Ended)),
        };

        string? Text(string name) => texts.GetValueOrDefault(name);
        long? Number(string name) => numbers.TryGetValue(name, out long value) && IsPossible(name, value) ? value : null;
    }
}
