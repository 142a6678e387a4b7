using System.Net;

namespace SumSocket.Measurement.Ping;

/// <summary>What a probe has seen of its client's connection. Times are from the start of the probe.</summary>
internal sealed class ConnectionHistory
{
    private TimeSpan? _goneSince;
    private string? _lastTrouble;
    private TimeSpan _troubleAt;
    private TimeSpan _retryIn;

    /// <summary>Connections made.</summary>
    public int Made { get; private set; }

    /// <summary>The peer of the connection last made.</summary>
    public IPEndPoint? Peer { get; private set; }

    /// <summary>Why there is no connection, in a few lower-case words; null when there is one, or none was tried.</summary>
    public string? Trouble => _goneSince is null ? null : _lastTrouble;

    /// <summary>A connection was made. Returns how long there was none, null when this is the first and none was missed.</summary>
    public TimeSpan? Connect(ConnectionEvent change, TimeSpan now)
    {
        TimeSpan? after = now - _goneSince;
        _goneSince = null;
        Peer = change.RemoteEndPoint;
        Made++;
        return after;
    }

    /// <summary>A connection was lost, or could not be made.</summary>
    public void Lose(ConnectionEvent change, TimeSpan now)
    {
        _lastTrouble = change.Reason;
        (_troubleAt, _retryIn) = (now, change.RetryIn);
        _goneSince ??= now;
    }

    /// <summary>What went wrong last, if that was at or after <paramref name="start"/>, and whether or not it is well again; else
    /// null.</summary>
    public string? TroubleSince(TimeSpan start) => _troubleAt >= start ? _lastTrouble : null;

    /// <summary>How long it is until the next attempt to connect.</summary>
    public TimeSpan RetryIn(TimeSpan now)
    {
        TimeSpan rest = Trouble is null ? TimeSpan.Zero : _retryIn - (now - _troubleAt);
        return rest > TimeSpan.Zero ? rest : TimeSpan.Zero;
    }
}
