namespace SumSocket.Server.Tcp;

/// <summary>Makes room at the connection limit: of the connections that wait for a request, the one that has waited longest is closed for
/// one that comes. A peer that asks just often enough to stay within the read deadline holds its place only while there are
/// others.</summary>
/// <param name="connections">The connections there are.</param>
/// <param name="least">How long one must have waited, in the units of the clock.</param>
/// <param name="clock">The clock of the connections.</param>
internal sealed class IdleEviction(ConnectionRegistry connections, long least, SuspendAwareClock clock)
{
    /// <summary>How many are found in one look over all, which is taken once a tick at most: a crowd at the door must not cost a look for
    /// each.</summary>
    private const int Found = ConnectionRegistry.MaxEvictions;

    private readonly Lock _gate = new();
    private readonly Queue<(SumTcpConnection Connection, long Since)> _oldest = new();
    private long _lookedAt = -1;

    /// <summary>Closes a connection when there is no place for another one.</summary>
    public void MakeRoom()
    {
        if (!connections.IsFull)
            return;
        lock (_gate)
        {
            if (clock.LastTick is var now && now != _lookedAt)
                Look(now);
            while (connections.IsFull && _oldest.TryDequeue(out (SumTcpConnection Connection, long Since) oldest))
                connections.TryEvict(oldest.Connection, oldest.Since);
        }
    }

    private void Look(long now)
    {
        _lookedAt = now;
        _oldest.Clear();
        foreach ((SumTcpConnection, long Since) idle in connections.All.Select(connection => (connection, Since: connection.WaitsSince))
            .Where(waiting => now - waiting.Since >= least).OrderBy(waiting => waiting.Since).Take(Found))
            _oldest.Enqueue(idle);
    }
}
