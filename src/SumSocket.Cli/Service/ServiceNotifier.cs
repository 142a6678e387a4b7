using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace SumSocket.Cli.Service;

/// <summary>Reports to the service manager that started the program (sd_notify(3)): ready, reloading, stopping, alive, and a line of
/// status. Without such a manager it does nothing.</summary>
internal sealed class ServiceNotifier : IDisposable
{
    private static readonly TimeSpan _statusPeriod = TimeSpan.FromSeconds(5);

    private readonly Socket? _socket;
    private readonly Func<string>? _status;
    private readonly Func<bool> _isAlive;
    private readonly bool _isWatched;
    private volatile bool _isServing;
    private ITimer? _timer;
    private string? _lastStatus;

    /// <param name="environment">The program's environment.</param>
    /// <param name="status">The line of status; null for none.</param>
    /// <param name="isAlive">Whether the server works; false lets the watchdog bite.</param>
    public ServiceNotifier(Func<string, string?> environment, Func<string>? status, Func<bool> isAlive)
    {
        (_status, _isAlive) = (status, isAlive);
        _socket = Connect(environment("NOTIFY_SOCKET"));
        Period = _statusPeriod;
        if (environment("WATCHDOG_PID") is { } watched && watched != Environment.ProcessId.ToString(CultureInfo.InvariantCulture))
            return;
        _isWatched = long.TryParse(environment("WATCHDOG_USEC"), NumberStyles.None, CultureInfo.InvariantCulture, out long limit);
        if (_isWatched) // half of it, as sd_watchdog_enabled(3) recommends
            Period = TimeSpan.FromMicroseconds(Math.Clamp(limit / 2, 1_000, _statusPeriod.TotalMicroseconds));
    }

    /// <summary>How often it reports.</summary>
    public TimeSpan Period { get; }

    /// <summary>The server accepts. From now on it also reports by itself.</summary>
    public void Ready()
    {
        if (_socket is null)
            return;
        _isServing = true;
        Send($"READY=1\n{Status()}");
        _timer = TimeProvider.System.CreateTimer(static notifier => ((ServiceNotifier)notifier!).Report(), this, Period, Period);
    }

    /// <summary>It reads its files again; <see cref="Reloaded"/> follows.</summary>
    public void Reloading()
    {
        long now = Stopwatch.GetTimestamp() / (Stopwatch.Frequency / 1_000_000); // CLOCK_MONOTONIC
        if (_isServing)
            Send(string.Create(CultureInfo.InvariantCulture, $"RELOADING=1\nMONOTONIC_USEC={now}\n"));
    }

    /// <summary>It has read them.</summary>
    public void Reloaded()
    {
        if (_isServing)
            Send("READY=1\n");
    }

    /// <summary>It drains.</summary>
    public void Stopping()
    {
        _isServing = false;
        Send("STOPPING=1\n");
    }

    public void Dispose()
    {
        _timer?.Dispose();
        _socket?.Dispose();
    }

    private static Socket? Connect(string? path)
    {
        if (path is not ['/' or '@', _, ..])
            return null; // none, or one that this program does not know (vsock)
        Socket socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { Blocking = false };
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path[0] == '@' ? $"\0{path[1..]}" : path));
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null; // no process has that socket any more
        }
    }

    private void Report()
    {
        bool isAlive = _isWatched && _isAlive();
        string status = Status();
        bool isNews = status != _lastStatus;
        _lastStatus = status;
        if (isAlive || isNews)
            Send((isAlive ? "WATCHDOG=1\n" : "") + (isNews ? status : ""));
    }

    private string Status() => _status is null ? "" : $"STATUS={_status()}\n";

    private void Send(string state)
    {
        try
        {
            _socket?.Send(Encoding.UTF8.GetBytes(state));
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            // A manager that does not read, or is gone, must not stop the server.
        }
    }
}
