namespace SumSocket.Commands;

/// <summary>Whether a client has ever reached its server: who has not is told so by the exit code.</summary>
internal sealed class ConnectTracker
{
    private volatile bool _reached;
    private volatile string? _trouble;

    public ConnectTracker(ISumClient client) => client.ConnectionChanged += change =>
    {
        if (change.Kind == ConnectionEventKind.Connected)
            _reached = true;
        else
            _trouble = change.Reason;
    };

    /// <summary>What went wrong on the way, to be put behind a failure; empty when the server was reached or nothing is known.</summary>
    public string Explanation => !_reached && _trouble is { } trouble ? $" ({trouble})" : "";

    /// <summary>The exit code of a failure.</summary>
    /// <param name="otherwise">What it is when the server was reached.</param>
    public int ToExitCode(int otherwise) => _reached ? otherwise : ExitCode.Unreachable;
}
