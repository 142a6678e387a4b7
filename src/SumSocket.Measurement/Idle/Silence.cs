using System.Net.Sockets;
using SumSocket.Sockets;

namespace SumSocket.Measurement.Idle;

/// <summary>Who speaks first after a silence.</summary>
internal enum SilenceBreaker
{
    /// <summary>The client asks.</summary>
    Client,

    /// <summary>The server answers a request that it was to hold back (Delay).</summary>
    Server,

    /// <summary>Neither: the connection is only watched.</summary>
    Neither,
}

/// <summary>One silence to try, over a connection of its own.</summary>
/// <param name="First">Who speaks first.</param>
/// <param name="Silence">How long it lasts.</param>
/// <param name="KeepAlive">TCP keep-alive of the connection; null for none.</param>
internal sealed record SilenceTry(SilenceBreaker First, TimeSpan Silence, KeepAlive? KeepAlive = null);

/// <summary>What came of a silence.</summary>
internal enum SilenceEnd
{
    /// <summary>The answer came.</summary>
    Answered,

    /// <summary>No end was seen in all the time; nothing was sent.</summary>
    Alive,

    /// <summary>The other side ended the connection (FIN) during the silence.</summary>
    Fin,

    /// <summary>A reset came during the silence.</summary>
    Rst,

    /// <summary>The first byte after the silence was met by a FIN.</summary>
    FinOnByte,

    /// <summary>The first byte after the silence was met by a reset.</summary>
    RstOnByte,

    /// <summary>No answer in time.</summary>
    NoAnswer,

    /// <summary>The kernel gave the connection up; the error says why.</summary>
    Failed,

    /// <summary>Over UDP: the answer came, but the server saw another source: the binding had been forgotten.</summary>
    SourceChanged,

    /// <summary>The server ended it and said so.</summary>
    ServerEnded,

    /// <summary>The server does not hold an answer back so long, or does not know how to.</summary>
    Refused,

    /// <summary>No connection, or no answer before the silence: nothing follows from it.</summary>
    Unusable,

    /// <summary>Given up before the end: it was no longer needed, or the run was stopped.</summary>
    Stopped,
}

/// <summary>How one silence ended.</summary>
/// <param name="Try">What was tried.</param>
/// <param name="End">What came of it.</param>
/// <param name="At">When that was seen, from the last byte before the silence.</param>
internal sealed record SilenceResult(SilenceTry Try, SilenceEnd End, TimeSpan At)
{
    /// <summary>What the kernel said; <see cref="SocketError.Success"/> for nothing.</summary>
    public SocketError Error { get; init; }

    /// <summary>How often the kernel had sent the first byte again when the wait for an answer ended.</summary>
    public int Retransmits { get; init; }

    /// <summary>After the server's answer did not come: what a request of the client met then.</summary>
    public SilenceEnd? Then { get; init; }

    /// <summary>A few words more, such as why there was no connection.</summary>
    public string Detail { get; init; } = "";

    /// <summary>The key by which the server is asked how the connection ended; null when it reports none.</summary>
    public long? Key { get; init; }

    public bool HasLived => End is SilenceEnd.Answered or SilenceEnd.Alive;

    public bool HasDied => End is SilenceEnd.Fin or SilenceEnd.Rst or SilenceEnd.FinOnByte or SilenceEnd.RstOnByte or SilenceEnd.NoAnswer
        or SilenceEnd.Failed or SilenceEnd.SourceChanged or SilenceEnd.ServerEnded;

    /// <summary>Whether the end came by itself during the silence, so that its instant is known.</summary>
    public bool IsSeen => End is SilenceEnd.Fin or SilenceEnd.Rst or SilenceEnd.ServerEnded
        || (End == SilenceEnd.Failed && At < Try.Silence);

    /// <summary>The shortest silence that is known to be too long.</summary>
    public TimeSpan DiedAt => IsSeen && At < Try.Silence ? At : Try.Silence;
}

/// <summary>What a server says of itself before the silences begin.</summary>
/// <param name="IsReached">Whether there was a connection.</param>
internal sealed record ServerKnowledge(bool IsReached)
{
    /// <summary>Why there was none, or what is wrong with the server.</summary>
    public string Failure { get; init; } = "";

    /// <summary>Whether it answers requests.</summary>
    public bool Answers { get; init; }

    public bool KnowsPath { get; init; }

    public bool KnowsDelay { get; init; }

    /// <summary>How long it waits for a request; null for unknown or without a limit.</summary>
    public TimeSpan? ReadTimeout { get; init; }

    /// <summary>How old it lets a connection become; null for unknown or without a limit.</summary>
    public TimeSpan? Lifetime { get; init; }

    /// <summary>The longest silence that its own limits allow; null for any.</summary>
    public TimeSpan? Limit(SilenceBreaker first)
    {
        TimeSpan? shortest = first == SilenceBreaker.Server ? null : ReadTimeout;
        if (Lifetime is { } lifetime && (shortest is null || lifetime < shortest))
            shortest = lifetime;
        return shortest;
    }
}

/// <summary>Tries silences over one transport.</summary>
internal interface ISilenceProbe
{
    /// <summary>The first request.</summary>
    /// <exception cref="OperationCanceledException">Only when <paramref name="stop"/> was cancelled.</exception>
    Task<ServerKnowledge> MeetAsync(CancellationToken stop);

    /// <summary>Tries one.</summary>
    /// <exception cref="OperationCanceledException">Only when <paramref name="stop"/> was cancelled.</exception>
    Task<SilenceResult> TryAsync(SilenceTry what, CancellationToken stop);

    /// <summary>How the server says that a connection ended; null when it does not say.</summary>
    /// <exception cref="OperationCanceledException">Only when <paramref name="stop"/> was cancelled.</exception>
    Task<string?> AskEndAsync(long key, CancellationToken stop);
}
