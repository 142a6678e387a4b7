using SumSocket.Client.Tcp;
using SumSocket.Protocol;

namespace SumSocket.Measurement.Storm;

/// <summary>One client of a storm: holds a connection and comes back when it is lost.</summary>
/// <param name="number">Its number, from 0.</param>
/// <param name="run">The storm.</param>
internal sealed class StormClient(int number, StormRun run) : IProbeHandler
{
    private ProbeConnection? _connection;
    private int _isUp;

    /// <summary>The attempts to come back; complete while the client holds a connection.</summary>
    public Task ComingBack { get; private set; } = Task.CompletedTask;

    /// <summary>Why the last attempt failed, in a few lower-case words.</summary>
    public string Reason { get; private set; } = "";

    /// <summary>Ends the connection, unless it has been lost already, and then the client is on its way.</summary>
    /// <returns>Whether it did.</returns>
    public bool Cut(bool byReset)
    {
        if (Interlocked.Exchange(ref _isUp, 0) == 0)
            return false;
        if (byReset)
            _connection!.Reset();
        else
            _connection!.Dispose();
        return true;
    }

    /// <summary>Begins to come back. The loss is counted already.</summary>
    public void ComeBack(StormStage stage) => ComingBack = ComeBackAsync(stage);

    /// <inheritdoc/>
    void IProbeHandler.OnResult(ProbeConnection connection, ProbeResult result)
    {
        if (connection != _connection || result.Outcome == ProbeOutcome.Closed)
            return; // what was cut
        if (!result.IsEnd)
        {
            connection.Receive(this); // the server says something as it closes
            return;
        }

        if (!Cut(byReset: false))
            return;
        StormStage stage = run.Current;
        stage.Recorder.Lose(number, result.Timestamp);
        ComeBack(stage);
    }

    /// <summary>Attempts until one succeeds or the storm is over. A client that is lost between two rounds belongs to the later
    /// one.</summary>
    private async Task ComeBackAsync(StormStage stage)
    {
        for (int attempt = 1; ; attempt++)
        {
            if (stage != run.Current)
            {
                stage = run.Current;
                stage.Recorder.Lose(number, run.Clock.GetTimestamp());
            }

            try
            {
                if (await TryAsync(stage.Recorder, stage.Over).ConfigureAwait(false))
                    return;
                await Task.Delay(run.Options.Pause(attempt, run.Random()), run.Clock, stage.Over).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stage.Over.IsCancellationRequested)
            {
                if (stage == run.Current)
                    return;
            }
        }
    }

    /// <summary>One attempt.</summary>
    /// <returns>Whether the client is back.</returns>
    /// <exception cref="OperationCanceledException">Only when <paramref name="over"/> was cancelled: it does not count.</exception>
    public async Task<bool> TryAsync(StormRecorder recorder, CancellationToken over)
    {
        long start = run.Clock.GetTimestamp();
        ProbeAttempt attempt = await run.Connector.ConnectAsync(over).ConfigureAwait(false);
        if (attempt.Connection is not { } connection)
        {
            Reason = attempt.Reason;
            recorder.End(number, StormCause.Of(attempt), run.Clock.GetTimestamp());
            return false;
        }

        recorder.Connect(attempt, start, connection.ReadTcpDetails());
        Request request = new(Random.Shared.Next(), Random.Shared.Next());
        ProbeResult result;
        try
        {
            connection.Send(request); // when it does not leave, the receive says why
            result = await connection.ReceiveAsync(run.PatienceSince(start), over).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            connection.Dispose();
            throw;
        }

        StormOutcome outcome = StormCause.Of(result, request.A + request.B);
        if (outcome != StormOutcome.Back)
        {
            Reason = outcome == StormOutcome.Wrong ? "wrong sum" : result.Describe();
            connection.Dispose();
            recorder.End(number, outcome, result.Timestamp);
            return false;
        }

        _connection = connection;
        Interlocked.Exchange(ref _isUp, 1);
        recorder.End(number, outcome, result.Timestamp);
        connection.Receive(this);
        return true;
    }
}
