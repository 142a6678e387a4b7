using SumSocket.Client.Tcp;
using SumSocket.Sockets;

namespace SumSocket.Measurement.Storm;

/// <summary>Counts one round while it runs. For several threads.</summary>
internal sealed class StormRecorder(int number, int clients, TimeProvider clock)
{
    private readonly Lock _lock = new();
    private readonly ClientState[] _states = new ClientState[clients];
    private readonly long[] _backAt = new long[clients];
    private readonly long[] _outcomes = new long[StormCause.All.Count];
    private readonly TaskCompletionSource _began = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _complete = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _start;
    private long _firstAttempt = long.MaxValue;
    private (int Cut, int Back, int LostAgain) _progress;
    private (long Connected, long Retries, long Full, long Resumed) _connects;
    private bool _reportsRetries = true;

    private enum ClientState : byte
    {
        Kept,
        Down,
        Back,
    }

    /// <summary>Ends when the first connection is lost.</summary>
    public Task Began => _began.Task;

    /// <summary>Ends when all clients have lost their connection and are back.</summary>
    public Task Complete => _complete.Task;

    /// <summary>How far it is.</summary>
    public StormProgress Progress
    {
        get
        {
            lock (_lock)
                return new StormProgress(number, clients, _progress.Back, Began.IsCompleted ? clock.GetElapsedTime(_start) : TimeSpan.Zero);
        }
    }

    /// <summary>A client has no connection any more.</summary>
    public void Lose(int client, long at)
    {
        lock (_lock)
        {
            if (_progress.Cut == 0 || at < _start)
                _start = at;
            if (_states[client] == ClientState.Kept)
                _progress.Cut++;
            if (_states[client] == ClientState.Back)
                (_progress.Back, _progress.LostAgain) = (_progress.Back - 1, _progress.LostAgain + 1);
            _states[client] = ClientState.Down;
        }

        _began.TrySetResult();
    }

    /// <summary>An attempt has made a connection.</summary>
    /// <param name="attempt">It.</param>
    /// <param name="start">When it began.</param>
    /// <param name="tcp">What the kernel knows of the connection; null when it does not report it.</param>
    public void Connect(ProbeAttempt attempt, long start, TcpDetails? tcp)
    {
        lock (_lock)
        {
            _firstAttempt = Math.Min(_firstAttempt, start);
            _connects.Connected++;
            _connects.Retries += tcp?.Path.Retransmitted ?? 0;
            _reportsRetries &= tcp is not null;
            if (attempt.Tls is { IsResumed: true })
                _connects.Resumed++;
            else if (attempt.Tls is not null)
                _connects.Full++;
        }
    }

    /// <summary>An attempt has ended. With <see cref="StormOutcome.Back"/> the client is back since <paramref name="at"/>.</summary>
    public void End(int client, StormOutcome outcome, long at)
    {
        bool isComplete;
        lock (_lock)
        {
            _outcomes[(int)outcome]++;
            if (outcome != StormOutcome.Back)
                return;
            (_states[client], _backAt[client]) = (ClientState.Back, at);
            isComplete = ++_progress.Back == clients;
        }

        if (isComplete)
            _complete.TrySetResult();
    }

    /// <summary>What the round found.</summary>
    public StormRound ToRound(bool isInterrupted)
    {
        lock (_lock)
        {
            long[] back = [.. _backAt.Where((_, client) => _states[client] == ClientState.Back).Order()];
            return new StormRound(
                clients, _progress.Cut, [.. back.Select(at => clock.GetElapsedTime(_start, at))],
                new StormCounts(_outcomes)
                {
                    Connected = _connects.Connected,
                    SynRetries = _reportsRetries && _connects.Connected > 0 ? _connects.Retries : null,
                    FullHandshakes = _connects.Full,
                    ResumedHandshakes = _connects.Resumed,
                })
            {
                Span = back.Length > 0 ? clock.GetElapsedTime(_firstAttempt, back[^1]) : TimeSpan.Zero,
                LostAgain = _progress.LostAgain,
                Duration = _progress.Cut > 0 ? clock.GetElapsedTime(_start) : TimeSpan.Zero,
                IsInterrupted = isInterrupted,
            };
        }
    }
}

/// <summary>How far a storm is.</summary>
/// <param name="Round">The round, from 1; 0 while it connects at first.</param>
/// <param name="Clients">How many clients there are.</param>
/// <param name="Back">How many of them are back.</param>
/// <param name="Elapsed">The time since the cut; zero ahead of it.</param>
internal sealed record StormProgress(int Round, int Clients, int Back, TimeSpan Elapsed);
