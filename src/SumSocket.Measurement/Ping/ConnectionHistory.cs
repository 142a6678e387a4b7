using System.Net;

namespace SumSocket.Measurement.Ping;

/// <summary>What a probe has seen of its client's connection. Times are from the start of the probe.</summary>
internal sealed class ConnectionHistory
{
    private TimeSpan? _goneSince;
    private string? _lastTrouble;
    private TimeSpan _troubleAt;
    private TimeSpan _retryIn;

    public int Made { get; private set; }

    /// <summary>When the last one was made.</summary>
    public TimeSpan MadeAt { get; private set; }

    /// <summary>How long the connects took.</summary>
    public PingSamples Times { get; } = new();

    /// <summary>The peer of the connection last made.</summary>
    public IPEndPoint? Peer { get; private set; }

    /// <summary>Why there is no connection, in a few lower-case words; null when there is one, or none was tried.</summary>
    public string? Trouble => _goneSince is null ? null : _lastTrouble;

    /// <summary>Records a connection, and returns how long there was none; null when it is the first and none was missed.</summary>
    public TimeSpan? Connect(ConnectionEvent change, TimeSpan now)
    {
        TimeSpan? after = now - _goneSince;
        _goneSince = null;
        Peer = change.RemoteEndPoint;
        Made++;
        MadeAt = now;
        if (change.ConnectTime > TimeSpan.Zero)
            Times.Record(change.ConnectTime);
        return after;
    }

    /// <summary>Records that a connection was lost, or could not be made.</summary>
    public void Lose(ConnectionEvent change, TimeSpan now)
    {
        _lastTrouble = change.Reason;
        (_troubleAt, _retryIn) = (now, change.RetryIn);
        _goneSince ??= now;
    }

    /// <summary>The last trouble, over or not, if it was at or after <paramref name="start"/>; else null.</summary>
    public string? TroubleSince(TimeSpan start) => _troubleAt >= start ? _lastTrouble : null;

    /// <summary>How long it is until the next attempt to connect.</summary>
    public TimeSpan RetryIn(TimeSpan now) =>
        Trouble is null ? TimeSpan.Zero : PingSchedule.Longer(_retryIn - (now - _troubleAt), TimeSpan.Zero);
}
