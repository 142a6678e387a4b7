using System.Globalization;
using System.Text.RegularExpressions;

namespace SumSocket.SystemTests.Harness;

/// <summary>The real server on a free port of the loopback interface.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private readonly ChildProcess _process;

    private ServerProcess(ChildProcess process, int port)
    {
        _process = process;
        Port = port;
        Usage = new ProcessUsage(process.Id);
    }

    /// <summary>The port it listens on.</summary>
    public int Port { get; }

    /// <summary>What it takes of the machine.</summary>
    public ProcessUsage Usage { get; }

    /// <summary>Its log.</summary>
    public Transcript Log => _process.Error;

    /// <summary>The process, for signals.</summary>
    public ChildProcess Process => _process;

    /// <summary>Starts it and waits until it accepts.</summary>
    public static Task<ServerProcess> StartAsync(params string[] arguments) =>
        StartedAsync(ChildProcess.Start(Programs.TcpServer, ["--port", "0", .. arguments]));

    /// <summary>Starts the one over UDP and waits until it receives.</summary>
    public static Task<ServerProcess> StartUdpAsync(params string[] arguments) =>
        StartedAsync(ChildProcess.Start(Programs.UdpServer, ["--port", "0", .. arguments]));

    /// <summary>Waits until a process, however started, says where it listens.</summary>
    public static async Task<ServerProcess> StartedAsync(ChildProcess process)
    {
        try
        {
            Match line = await process.Output.MatchAsync(@"^listening on (tcp|udp) \S+:(?<port>\d+)$");
            return new ServerProcess(process, int.Parse(line.Groups["port"].Value, CultureInfo.InvariantCulture));
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>A connection to it.</summary>
    public Task<StreamPeer> ConnectAsync() => StreamPeer.ConnectAsync(Port);

    /// <summary>Ends it as a supervisor does: it must drain, end with 0, leave no half-closed socket and have logged no fault.</summary>
    public async Task StopAsync()
    {
        _process.Send(Signal.Terminate);
        int code = await _process.ExitAsync();
        code.Should().Be(0, "the server was stopped in good order; it logged\n{0}", Log.Text);
        Log.Text.Should().NotContain("Unhandled exception").And.NotContain("crit:").And.NotContain("fail:");
        SocketTable.Count(Port, SocketState.CloseWait).Should().Be(0);
    }

    /// <summary>Ends the one over UDP in the same way and returns what it says became of all datagrams.</summary>
    public async Task<DatagramTally> StopUdpAsync()
    {
        await StopAsync();
        return DatagramTally.Of(Log);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
