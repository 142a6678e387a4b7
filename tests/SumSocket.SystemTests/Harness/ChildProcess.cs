using System.Diagnostics;
using System.Runtime.InteropServices;

namespace SumSocket.SystemTests.Harness;

/// <summary>A program run as a user runs it, its output kept line by line. Disposing kills it and all it started.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Task _followed;

    private ChildProcess(Process process, Reading reading)
    {
        _process = process;
        Task output = reading.HasFlag(Reading.Output) ? Output.FollowAsync(process.StandardOutput) : Task.CompletedTask;
        Task error = reading.HasFlag(Reading.Error) ? Error.FollowAsync(process.StandardError) : Task.CompletedTask;
        _followed = Task.WhenAll(output, error);
    }

    /// <summary>Which outputs the test reads by itself; the other stays a pipe that is not emptied.</summary>
    [Flags]
    public enum Reading
    {
        /// <summary>Neither.</summary>
        None = 0,

        /// <summary>Standard output, into <see cref="ChildProcess.Output"/>.</summary>
        Output = 1,

        /// <summary>Standard error, into <see cref="ChildProcess.Error"/>.</summary>
        Error = 2,

        /// <summary>Both.</summary>
        Both = Output | Error,
    }

    /// <summary>Standard output so far.</summary>
    public Transcript Output { get; } = new();

    /// <summary>Standard error so far.</summary>
    public Transcript Error { get; } = new();

    /// <summary>Where standard input is written to; it stays open until closed.</summary>
    public StreamWriter Input => _process.StandardInput;

    /// <summary>Standard output as a stream, for those who started without reading it.</summary>
    public StreamReader RawOutput => _process.StandardOutput;

    /// <summary>The process number.</summary>
    public int Id => _process.Id;

    /// <summary>True when it has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>Starts <paramref name="program"/>, found in the PATH when it has no folder.</summary>
    public static ChildProcess Start(string program, IEnumerable<string> arguments, Reading reading = Reading.Both)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Process process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        return new ChildProcess(process, reading);
    }

    /// <summary>Starts a shell script; the process is the shell.</summary>
    public static ChildProcess Shell(string script) => Start("/bin/bash", ["-c", script]);

    /// <summary>Runs a program to its end, standard input empty.</summary>
    public static async Task<ChildProcess> RunAsync(string program, params string[] arguments)
    {
        ChildProcess process = Start(program, arguments);
        process.Input.Close();
        await process.ExitAsync();
        return process;
    }

    /// <summary>Waits for the end of the process and of what it wrote, and returns its exit code.</summary>
    /// <param name="limit">How long; null for <see cref="Patience.Limit"/>.</param>
    public async Task<int> ExitAsync(TimeSpan? limit = null)
    {
        Task ended = Task.WhenAll(_process.WaitForExitAsync(TestContext.Current.CancellationToken), _followed);
        await Patience.ForAsync(ended, $"end of {_process.StartInfo.FileName}", () => $"{Output.Text}\n{Error.Text}", limit);
        return _process.ExitCode;
    }

    /// <summary>Sends a signal.</summary>
    public void Send(Signal signal)
    {
        if (Kill(_process.Id, (int)signal) != 0)
            Assert.Fail($"kill: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (!_process.HasExited)
                _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None);
        }
        finally
        {
            _process.Dispose();
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);
}
