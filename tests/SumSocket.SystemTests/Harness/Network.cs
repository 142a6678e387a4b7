namespace SumSocket.SystemTests.Harness;

/// <summary>Machines as network namespaces with cables between them. Needs root. Disposing removes all and everything in them.</summary>
internal abstract class Network : IAsyncDisposable
{
    private static int _made;

    private readonly string _prefix = $"sum-{Environment.ProcessId}-{Interlocked.Increment(ref _made)}";
    private readonly string[] _machines;

    /// <param name="machines">What they are called.</param>
    protected Network(params string[] machines) => _machines = machines;

    /// <summary>Starts a program on a machine.</summary>
    public ChildProcess Start(string machine, string program, params string[] arguments) =>
        ChildProcess.Start("ip", ["netns", "exec", Space(machine), program, .. arguments]); // ip replaces itself: it is the program

    /// <summary>Starts the real server on a machine, over TCP or UDP.</summary>
    public Task<ServerProcess> StartServerAsync(string program, string address, params string[] arguments) =>
        ServerProcess.StartedAsync(Start("server", program, ["--ip", address, "--port", "0", .. arguments]));

    /// <summary>Runs a line of a shell on a machine to its end.</summary>
    public Task RunAsync(string machine, string command) =>
        EndAsync(Start(machine, "sh", "-c", $"PATH=$PATH:/usr/sbin; {command}"), command);

    /// <summary>Starts a line of a shell on a machine. It finds the project's programs by name.</summary>
    public ChildProcess StartShell(string machine, string line) =>
        Start(machine, "env", $"PATH={Programs.SearchPath}", "/bin/bash", "-c", line);

    /// <summary>Runs something on a machine, in this process: sockets made in it belong there.</summary>
    public T Run<T>(string machine, Func<T> run) => NetworkNamespace.Run(Space(machine), run);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await using ChildProcess ip = ChildProcess.Shell(
            string.Concat(_machines.Select(machine => $"ip netns delete {Space(machine)}; ")));
        await ip.ExitAsync();
    }

    /// <summary>Makes the machines and their cables, or skips the test where this machine has not what it takes.</summary>
    /// <param name="network">Which.</param>
    /// <param name="cables">A script that lays the cables; the namespace of each machine is in a variable of its name.</param>
    protected static async Task<T> BuildAsync<T>(T network, string cables)
        where T : Network
    {
        Tools.RequireRoot();
        Tools.Require("ip");
        Tools.Require("iptables");
        try
        {
            string machines = string.Concat(network._machines.Select(machine => // each can talk to itself
                $"{machine}={network.Space(machine)}; ip netns add ${machine}; ip -n ${machine} link set lo up\n"));
            await EndAsync(ChildProcess.Shell($"set -e; PATH=$PATH:/usr/sbin\n{machines}{cables}"), cables);
            await network.RunAsync(network._machines[^1], "iptables -L -n"); // without netfilter it ends here, not inside a test
            return network;
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    private static async Task EndAsync(ChildProcess process, string what)
    {
        await using (process)
        {
            if (await process.ExitAsync() != 0)
                Tools.Missing($"{what}: {process.Error.Text}");
        }
    }

    private string Space(string machine) => $"{_prefix}-{machine}";
}
