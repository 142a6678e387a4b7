using System.Buffers;

namespace SumSocket.Client.Tcp;

/// <summary>Reading: from a wait that has completed to a result, or to the next wait.</summary>
internal sealed partial class ProbeConnection
{
    private const int BufferSize = 4096;
    private const int MostWithoutResult = 64 * 1024;

    private int _withoutResult; // bytes

    /// <summary>Reads up to the next result, or to where the peer must be waited for.</summary>
    private void Run()
    {
        while (true)
        {
            ProbeResult? result = _unclaimed;
            if (result is null && !TryRead(out result))
                return;
            if (result is not null)
            {
                Claim(result)?.OnResult(this, result);
                return;
            }

            if (IsPending(out SocketError error))
                return; // it goes on in OnReceived, perhaps before this line
            lock (_transport)
                (_readyAt, _readyError, _waiting) = (Clock.GetTimestamp(), error, Waiting.Reading);
        }
    }

    /// <summary>The handler for a result, which is kept where there is none. An end stays for all that ask later.</summary>
    private IProbeHandler? Claim(ProbeResult result)
    {
        lock (_transport)
        {
            IProbeHandler? handler = _handler;
            _unclaimed = handler is null || result.IsEnd ? result : null;
            (_handler, _waiting) = (null, Waiting.No);
            return handler;
        }
    }

    private bool IsPending(out SocketError error)
    {
        try
        {
            lock (_transport)
                _waiting = Waiting.ForBytes;
            return _transport.BeginReceive(out _, out error);
        }
        catch (ObjectDisposedException)
        {
            error = SocketError.OperationAborted;
            return false;
        }
    }

    /// <summary>Reads what is there.</summary>
    /// <param name="result">What it makes; null when more is needed.</param>
    /// <returns>False when the cause of the end is not known before the pending send has failed.</returns>
    private bool TryRead(out ProbeResult? result)
    {
        long at = _readyAt != 0 ? _readyAt : Clock.GetTimestamp();
        (SocketError error, result) = (_readyError, null);
        (_readyAt, _readyError) = (0, SocketError.Success);
        if (error == SocketError.Success && _reader is { HasMore: true })
        {
            result = Decode([], at);
            return true;
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            int received = error == SocketError.Success ? _transport.TryReceive(buffer) : 0;
            if (error != SocketError.Success)
                result = Failure(error, at);
            else if (received == 0)
                return TryEnd(at, out result);
            else if (received > 0)
                result = Decode(buffer.AsSpan(0, received), at);
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            result = Failure(CodeOf(failure), at);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return true;
    }

    private ProbeResult? Decode(ReadOnlySpan<byte> bytes, long at)
    {
        _reader ??= new ProbeReader();
        ProbeResult? result = _reader.Take(bytes, at);
        _withoutResult = result is null ? _withoutResult + bytes.Length : 0;
        if (_withoutResult > MostWithoutResult) // white space without end, which the protocol allows
            result = new ProbeResult(ProbeOutcome.Foreign, at) { FirstBytes = bytes[..Math.Min(bytes.Length, 64)].ToArray() };
        if (!_reader.HasMore && !_reader.IsInsideAnswer)
            _reader = null;
        return result;
    }

    /// <summary>0 bytes came.</summary>
    private bool TryEnd(long at, out ProbeResult? result)
    {
        TcpDetails? tcp = ReadTcpDetails();
        // A peer's FIN leaves another state than closed; but for one to which this side has sent its own.
        bool isGone = tcp is null ? _sendError != SocketError.Success : tcp.State == TcpState.Closed && !_hasEndedSending;
        lock (_transport)
        {
            if (isGone && _sendError == SocketError.Success && _isSending)
            {
                (_readyAt, _waiting, result) = (at, Waiting.ForSend, null);
                return false;
            }
        }

        if (isGone)
        {
            SocketError error = _sendError != SocketError.Success ? _sendError : _transport.Bare.TakeError();
            result = Failure(error == SocketError.Success ? SocketError.SocketError : error, at);
            return true;
        }

        ProbeOutcome outcome = _transport.IsCut ? ProbeOutcome.EndedUnannounced
            : _reader is { IsInsideAnswer: true } ? ProbeOutcome.EndedInAnswer
            : ProbeOutcome.Ended;
        result = new ProbeResult(outcome, at) { Tcp = tcp };
        return true;
    }

    private ProbeResult Failure(SocketError error, long at)
    {
        ProbeOutcome outcome = _isDisposed || error == SocketError.OperationAborted ? ProbeOutcome.Closed
            : SocketErrors.IsReset(error) ? ProbeOutcome.Reset
            : ProbeOutcome.Failed;
        return new ProbeResult(outcome, at) { Error = error, Tcp = ReadTcpDetails() };
    }
}
