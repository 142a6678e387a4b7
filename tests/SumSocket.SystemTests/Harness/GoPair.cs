namespace SumSocket.SystemTests.Harness;

/// <summary>The Go servers and clients of tests/interop, built at first use with the Go of the machine.</summary>
public sealed class GoPair : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sumsocket-go-").FullName;

    /// <summary>Starts the Go server on a free port and waits until it accepts.</summary>
    internal Task<ServerProcess> StartServerAsync(params string[] arguments) => StartServerAsync("server", arguments);

    /// <summary>Starts the Go client.</summary>
    internal Task<ChildProcess> StartClientAsync(int port, params string[] arguments) => StartClientAsync("client", port, arguments);

    /// <summary>Starts the Go server over UDP on a free port and waits until it receives.</summary>
    internal Task<ServerProcess> StartUdpServerAsync(params string[] arguments) => StartServerAsync("udpserver", arguments);

    /// <summary>Starts the Go client over UDP.</summary>
    internal Task<ChildProcess> StartUdpClientAsync(int port, params string[] arguments) => StartClientAsync("udpclient", port, arguments);

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task<ServerProcess> StartServerAsync(string name, string[] arguments) =>
        await ServerProcess.StartedAsync(ChildProcess.Start(await BuildAsync(name), ["-port", "0", .. arguments]));

    private async Task<ChildProcess> StartClientAsync(string name, int port, string[] arguments) =>
        ChildProcess.Start(await BuildAsync(name), ["-port", $"{port}", .. arguments]);

    private async Task<string> BuildAsync(string name)
    {
        Tools.Require("go");
        string program = Path.Combine(_folder, name);
        if (File.Exists(program))
            return program;
        string source = Path.Combine(Programs.Root, "tests", "interop", name, "main.go");
        await using ChildProcess go = await ChildProcess.RunAsync(
            "env", "GO111MODULE=off", "CGO_ENABLED=0", "go", "build", "-o", program, source);
        (await go.ExitAsync()).Should().Be(0, "go build said\n{0}", go.Error.Text);
        return program;
    }
}
