using System.Globalization;

namespace SumSocket.Server.Tcp.Connection;

/// <summary>The requests that probe the path: their answer is held back, or reports about the connection.</summary>
internal sealed partial class SumTcpConnection : IThreadPoolWorkItem
{
    private EndPoint? _forwarded; // the client's address in a PROXY header

    /// <summary>Whether the peer was given a key, to ask later how this connection ended.</summary>
    public bool HasKey { get; private set; }

    /// <summary>Continues where an answer was held back.</summary>
    public void GoOn() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);

    void IThreadPoolWorkItem.Execute() => _ = ServeAsync(SocketError.Success, isHeld: true);

    /// <summary>Whether a request must wait for its time. Then all that was received behind it waits with it.</summary>
    // rule O2
    private bool MustWait(HeldRequest held, ReadOnlyMemory<byte> rest, bool isOwned)
    {
        bool isRefused = held.Probe.Delay > _context.MaxDelay;
        bool isDue = _deadlines.Passed(_context, Id, _context.Clock.LastTick) is Deadline.Drain or Deadline.Lifetime; // rule O3
        if (held.Probe.Delay == 0 || isRefused || isDue)
            return false;
        held.Rest = isOwned ? rest : rest.ToArray();
        held.Checked = _context.Clock.LastTick;
        _deadlines.Pause();
        return true;
    }

    /// <summary>Answers the request that was held.</summary>
    private async ValueTask AnswerHeldAsync(HeldRequest held, Memory<byte> output)
    {
        bool isRefused = held.Probe.Delay > _context.MaxDelay; // rule O1
        PathReport? path = held.Probe.Path.IsAsked && !isRefused && _context.Ends is { } ends ? Report(held.Probe.Path, ends) : null;
        int length = _processor.AnswerHeld(isRefused, path, output.Span, _context.RequestLog);
        _deadlines.RequestComplete(_context);
        int sent = _transport.TrySend(output[..length]);
        _processor.ForgetHeld(); // behind the send: where that fails, it was the delay that the peer did not live through
        if (sent < length)
            await SendRestAsync(output[sent..length]).ConfigureAwait(false);
    }

    /// <summary>Holds the connection back until the time of its answer. It may go on, on another thread, before this returns.</summary>
    private void Hold(HeldRequest held)
    {
        _context.Delays.Add(held, held.Probe.Delay);
        if (Reason != CloseReason.None)
            _context.Delays.Release(held); // it was cut just before
    }

    /// <summary>What is done about a held connection at each sweep: its delay ends early when it is due to end, or its peer is
    /// gone.</summary>
    private void CheckHeld(HeldRequest held, Deadline passed, long now)
    {
        bool mustEnd = passed is Deadline.Drain or Deadline.Lifetime; // rule O3
        if (!mustEnd && now - held.Checked >= _context.HeldCheckPeriod)
        {
            held.Checked = now;
            mustEnd = _transport.Bare.HasFailed;
        }

        if (mustEnd)
            _context.Delays.Release(held);
    }

    // rule O4, rule O5
    private PathReport Report(PathQuery query, EndedConnections ends)
    {
        HasKey = true;
        PlainTransport bare = _transport.Bare;
        TcpSettings settings = bare.ReadSettings();
        TcpInfo? kernel = bare.ReadTcpInfo();
        return new PathReport
        {
            Peer = bare.RemoteEndPoint?.ToString(),
            Local = bare.LocalEndPoint?.ToString(),
            AgeMs = (long)Age.TotalMilliseconds,
            Connection = Id,
            Key = ends.KeyOf(Id),
            ReadTimeoutMs = Milliseconds(_context.ReadTimeout),
            MaxLifetimeMs = Milliseconds(_context.Lifetime.Of(Id)),
            KeepAlive = settings.KeepAlive is { } probing
                ? string.Create(CultureInfo.InvariantCulture,
                    $"{probing.Idle.TotalSeconds}s/{probing.Interval.TotalSeconds}s/{probing.Probes}")
                : "none",
            UserTimeoutMs = (long?)settings.UserTimeout?.TotalMilliseconds,
            Mss = kernel?.SegmentSize,
            Pmtu = kernel?.PathMtu,
            Retransmits = kernel?.Retransmitted,
            RttUs = (long?)kernel?.RoundTrip.TotalMicroseconds,
            Proxy = _forwarded?.ToString(),
            Tls = _transport.TlsSession,
            Ended = query.Key == 0 ? null : ends.Find(query.Key),
        };
    }

    private long Milliseconds(long span) => span == SuspendAwareClock.Never ? 0 : (long)_context.Clock.Time(span).TotalMilliseconds;
}
