namespace SumSocket.Server.Tcp.Connection;

/// <summary>How a connection ends: by its loop, by the sweep while the loop is parked, or by a cut.</summary>
internal sealed partial class SumTcpConnection
{
    /// <summary>Ends the connection at once: with a reset, but where everything was answered and only the peer's end is missing.</summary>
    public void Cut(CloseReason reason)
    {
        TryName(reason, CurrentPhase);
        if (_end.LingeringClose is null)
            _transport.Abort();
        else
            _transport.Dispose(); // a reset would destroy answers that the peer has not read yet
        if (_processor.Held is { } held)
            _context.Delays.Release(held); // nothing else would notice
    }

    /// <summary>Ends the connection to make room for another, if it has waited for a request from <paramref name="since"/> until
    /// now.</summary>
    public bool TryEvict(long since)
    {
        try
        {
            if (!_turn.IsParked(out int parking) || Preface != Preface.None || WaitsSince != since
                || _transport.Available != 0 || !_turn.TryTakeOver(parking))
                return false;
            TakeOver(CloseReason.Evicted);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It has ended meanwhile, and its loop knows why.
        }

        return Reason == CloseReason.Evicted;
    }

    /// <summary>Ends the connection to the end of its lingering close. Never throws.</summary>
    /// <param name="reason">Why; <see cref="CloseReason.None"/> when the sweep has ended the sending side.</param>
    private async Task EndAsync(CloseReason reason)
    {
        try
        {
            bool isLast = reason == CloseReason.PeerClosed && _context.Tls is null; // then closing says all that is left to say
            if (reason != CloseReason.None && TryName(reason, CurrentPhase) && !isLast)
                await SendLastAnswerAsync().ConfigureAwait(false);
            if (!Reason.PeerWentFirst() && _end.WaitForLingeringClose(_turn) is { } closing)
                await closing.FinishAsync().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            LogFailure(e);
        }

        Close();
    }

    /// <summary>Gives the reason; false when there is one already, which stands.</summary>
    private bool TryName(CloseReason reason, ConnectionPhase phase)
    {
        if (!_end.TryName(reason, phase))
            return false;
        _transport.Note(Reason.Words(EndPhase).Reason);
        return true;
    }

    private void Close()
    {
        _transport.Dispose();
        _context.Ended(this);
    }

    private void LogFailure(Exception e)
    {
        try
        {
            if (!_end.IsNews(e, CurrentPhase))
                return;
            string why = e is SocketException failure ? SocketErrors.Describe(failure.SocketErrorCode) : e.Message;
            if (CloseReasons.For(e) == CloseReason.SystemError)
                SumTcpServerLog.SystemFailed(_context.Log, Id, why);
            else
                SumTcpServerLog.ConnectionFailed(_context.Log, Id, e);
        }
        catch (Exception)
        {
            // A log that fails: the connection ends all the same.
        }
    }

    private async ValueTask SendLastAnswerAsync()
    {
        byte[] answer = new byte[MessageWriter.MaxResponseLength];
        int length = _processor.Interrupt(Reason.LastAnswer(IsInsideMessage), answer);
        int sent = _transport.TrySend(answer.AsMemory(0, length));
        if (sent < length)
            await SendRestAsync(answer.AsMemory(sent, length - sent)).ConfigureAwait(false);
        _end.EndSending(_transport, _context.Clock);
    }

    private void TakeOver(CloseReason reason)
    {
        TryName(reason, CurrentPhase);
        try
        {
            ErrorCode last = Reason.LastAnswer(IsInsideMessage);
            byte[] answer = last == ErrorCode.None ? [] : new byte[MessageWriter.MaxResponseLength];
            // Only a peer that does not read has no room for it.
            _transport.TrySend(answer.AsMemory(0, _processor.Interrupt(last, answer)));
        }
        finally
        {
            _end.EndSending(_transport, _context.Clock);
        }
    }
}
