namespace SumSocket.SystemTests.Harness;

/// <summary>The Go server and client of tests/interop, built at first use with the Go of the machine.</summary>
public sealed class GoPair : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sumsocket-go-").FullName;

    /// <summary>Starts the Go server on a free port and waits until it accepts.</summary>
    internal async Task<ServerProcess> StartServerAsync(params string[] arguments) =>
        await ServerProcess.StartedAsync(ChildProcess.Start(await BuildAsync("server"), ["-port", "0", .. arguments]));

    /// <summary>Starts the Go client.</summary>
    internal async Task<ChildProcess> StartClientAsync(int port, params string[] arguments) =>
        ChildProcess.Start(await BuildAsync("client"), ["-port", $"{port}", .. arguments]);

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task<string> BuildAsync(string name)
    {
        Tools.Require("go");
        string program = Path.Combine(_folder, name);
        if (File.Exists(program))
            return program;
        string source = Path.Combine(Programs.Root, "tests", "interop", name, "main.go");
        await using ChildProcess go = await ChildProcess.RunAsync("env", "GO111MODULE=off", "CGO_ENABLED=0", "go", "build", "-o", program, source);
        (await go.ExitAsync()).Should().Be(0, "go build said\n{0}", go.Error.Text);
        return program;
    }
}
