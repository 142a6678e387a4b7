namespace SumSocket.Server.Tcp;

/// <summary>The connections that exist and the limits on them. A connection is added before it runs and removed after its socket is closed,
/// so an empty registry means that every socket is closed.</summary>
/// <param name="maxConnections">The connections served at a time.</param>
/// <param name="maxPerPeer">The same for one peer address; null for no such limit.</param>
/// <param name="log">Where reaching the limit is logged.</param>
internal sealed class ConnectionRegistry(int maxConnections, int? maxPerPeer, ILogger log)
{
    /// <summary>How many connections may be being answered <c>busy</c>: half of the file descriptors kept free for such things.</summary>
    private const int MaxRefusals = 32;

    /// <summary>How many connections may be on their way out to make room, beyond the limit.</summary>
    public const int MaxEvictions = 256;

    // A slot for each connection, found by its number: eight bytes, where a node of a concurrent dictionary takes ten times that. Written
    // under the lock, read without it.
    private SumTcpConnection?[] _slots = new SumTcpConnection?[64];
    private readonly Stack<int> _freeSlots = new();
    private int _usedSlots;
    private readonly Dictionary<IPAddress, int> _perPeer = [];
    private readonly Dictionary<SumTcpConnection, IPAddress> _peers = []; // only with that limit: a connection would grow by a field
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _emptied = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _served;
    private int _evicting; // of those served
    private int _refused;
    private bool _limitLogged;
    private bool _closing;
    private long _endedConnections;
    private long _endedRequests;
    private long _endedErrors;
    private long _rejected;

    /// <summary>Every connection there is. One that comes or goes meanwhile may be among them or not.</summary>
    public IEnumerable<SumTcpConnection> All
    {
        get
        {
            SumTcpConnection?[] slots = Volatile.Read(ref _slots);
            for (int i = 0; i < slots.Length; i++)
            {
                if (Volatile.Read(ref slots[i]) is { } connection)
                    yield return connection;
            }
        }
    }

    /// <summary>The connections served at a time.</summary>
    public int Limit => maxConnections;

    /// <summary>Whether there is no place for another one.</summary>
    public bool IsFull => Volatile.Read(ref _served) - Volatile.Read(ref _evicting) >= maxConnections;

    /// <summary>How many connections are being served.</summary>
    public int Served => Volatile.Read(ref _served);

    /// <summary>How many there are, refused ones included.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _usedSlots - _freeSlots.Count;
        }
    }

    /// <summary>How many connections have ended.</summary>
    public long EndedConnections => Interlocked.Read(ref _endedConnections);

    /// <summary>How many connections found no place, of their address or at all.</summary>
    public long Rejected => Interlocked.Read(ref _rejected);

    /// <summary>How many requests were answered, those of open connections included.</summary>
    public long Requests => Answers.All;

    /// <summary>The same, and how many of them were answered with an error.</summary>
    public (long All, long Errors) Answers
    {
        get
        {
            lock (_gate) // a connection that ends meanwhile must count once: a counter that falls looks like a restart
            {
                (long answered, long errors) = (_endedRequests, _endedErrors);
                foreach (SumTcpConnection connection in All)
                {
                    long failed = connection.Errors; // first, since each error is also an answer
                    answered += connection.Answered;
                    errors += failed;
                }

                return (answered, errors);
            }
        }
    }

    /// <summary>Takes a place for a connection from <paramref name="peer"/>; null when its address is found out later, by
    /// <see cref="TryCount"/>.</summary>
    // rule T10
    public Admission Admit(IPAddress? peer)
    {
        lock (_gate)
        {
            if (!IsFull && (peer is null || TryTakePlace(peer)))
            {
                _served++;
                return Admission.Served;
            }

            _rejected++;
            if (!_limitLogged && IsFull)
                SumTcpServerLog.AtConnectionLimit(log, maxConnections, Counted.Noun(maxConnections, "connection"));
            _limitLogged |= IsFull;
            if (_refused >= MaxRefusals)
                return Admission.Dropped;
            _refused++;
            return Admission.Refused;
        }
    }

    /// <summary>Counts a connection that has a place against the limit for one address.</summary>
    /// <returns>False when that is reached; it is not counted then.</returns>
    public bool TryCount(SumTcpConnection connection, IPAddress peer)
    {
        lock (_gate)
        {
            if (!TryTakePlace(peer))
            {
                _rejected++;
                return false;
            }

            NotePeer(connection, peer);
            return true;
        }
    }

    /// <summary>Adds a connection that has a place and is about to run.</summary>
    public void Add(SumTcpConnection connection, IPAddress? peer)
    {
        lock (_gate)
        {
            if (!_freeSlots.TryPop(out int slot))
                slot = _usedSlots++;
            if (slot == _slots.Length)
                GrowSlots();
            connection.Slot = slot;
            if (peer is not null && connection.IsAdmitted)
                NotePeer(connection, peer);
            Volatile.Write(ref _slots[slot], connection);
        }
    }

    /// <summary>Whether an address is below the limit for one.</summary>
    public bool HasPlaceFor(IPAddress peer)
    {
        if (maxPerPeer is null)
            return true;
        lock (_gate)
            return _perPeer.GetValueOrDefault(KeyOf(peer)) < maxPerPeer;
    }

    /// <summary>Closes a connection to make room, if it has waited for a request from <paramref name="since"/> until now.</summary>
    public void TryEvict(SumTcpConnection connection, long since)
    {
        lock (_gate)
        {
            if (_evicting == MaxEvictions)
                return;
            _evicting++;
        }

        if (connection.TryEvict(since))
            return;
        lock (_gate)
            _evicting--;
    }

    /// <summary>Removes a connection whose socket is closed and gives its place back.</summary>
    public void Remove(SumTcpConnection connection)
    {
        lock (_gate)
        {
            _endedConnections++;
            _endedRequests += connection.Answered;
            _endedErrors += connection.Errors;
            Volatile.Write(ref _slots[connection.Slot], null);
            _freeSlots.Push(connection.Slot);
            GiveBack(connection);
        }
    }

    /// <summary>Ends once there is no connection; call it when no more are added.</summary>
    public Task WhenEmpty()
    {
        lock (_gate)
        {
            _closing = true;
            if (_served + _refused == 0)
                _emptied.TrySetResult();
        }

        return _emptied.Task;
    }

    private bool TryTakePlace(IPAddress peer)
    {
        if (maxPerPeer is null)
            return true;
        IPAddress key = KeyOf(peer);
        int count = _perPeer.GetValueOrDefault(key);
        if (count >= maxPerPeer)
            return false;
        _perPeer[key] = count + 1;
        return true;
    }

    private void NotePeer(SumTcpConnection connection, IPAddress peer)
    {
        if (maxPerPeer is not null)
            _peers[connection] = KeyOf(peer);
    }

    private void GrowSlots()
    {
        var larger = new SumTcpConnection?[2 * _slots.Length];
        _slots.CopyTo(larger, 0);
        Volatile.Write(ref _slots, larger); // a reader of the old ones sees what was there
    }

    private void GiveBack(SumTcpConnection connection)
    {
        if (!connection.IsAdmitted)
            _refused--;
        else
            _served--;
        if (connection.Reason == CloseReason.Evicted)
            _evicting--;
        _limitLogged &= _served > maxConnections * 9L / 10; // once for each time the limit is reached, not for each connection about it
        if (_peers.Remove(connection, out IPAddress? key) && --_perPeer[key] == 0)
            _perPeer.Remove(key);
        if (_closing && _served + _refused == 0)
            _emptied.TrySetResult();
    }

    /// <summary>The address that limits count by: an IPv4 one also where it came mapped into IPv6; of an IPv6 one the network of 64 bits
    /// that one host owns, but for a link's own addresses, whose network is the whole link.</summary>
    private static IPAddress KeyOf(IPAddress peer)
    {
        peer = peer.Unmapped();
        if (peer.AddressFamily != AddressFamily.InterNetworkV6 || peer.IsIPv6LinkLocal)
            return peer;
        Span<byte> bytes = stackalloc byte[16];
        peer.TryWriteBytes(bytes, out _);
        bytes[8..].Clear();
        return new IPAddress(bytes);
    }
}

/// <summary>What becomes of a connection that was accepted.</summary>
internal enum Admission
{
    Served,
    Refused, // answered busy and closed with a lingering close
    Dropped, // too many are being refused already: answered busy and closed at once
}
