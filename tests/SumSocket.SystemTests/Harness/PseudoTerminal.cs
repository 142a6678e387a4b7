using System.Text;

namespace SumSocket.SystemTests.Harness;

/// <summary>A program run on a terminal of its own (script(1)), and what that shows.</summary>
internal sealed class PseudoTerminal : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly ChildProcess _script;
    private readonly TerminalScreen _screen = new();
    private readonly StringBuilder _raw = new();
    private readonly Task _followed;

    private PseudoTerminal(ChildProcess script)
    {
        _script = script;
        _followed = FollowAsync();
    }

    /// <summary>All that came, escape sequences and all.</summary>
    public string Raw
    {
        get
        {
            lock (_gate)
                return _raw.ToString();
        }
    }

    /// <summary>What is to be seen now.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_gate)
                return _screen.Lines;
        }
    }

    /// <summary>Starts a command of the shell, 300 columns wide.</summary>
    public static PseudoTerminal Start(string command, string settings = "TERM=xterm-256color NO_COLOR=")
    {
        Tools.Require("script");
        return new PseudoTerminal(ChildProcess.Start(
            "script", ["-qec", $"stty cols 300 rows 200; {settings} exec {command}", "/dev/null"], ChildProcess.Reading.Error));
    }

    /// <summary>Waits until a line that contains a text is to be seen.</summary>
    public Task SeesAsync(string text) =>
        Eventually.IsTrueAsync(
            () => Lines.Any(line => line.Contains(text, StringComparison.Ordinal)), $"\"{text}\" is on the screen", Patience.Limit);

    /// <summary>Types characters.</summary>
    public void Type(string keys)
    {
        _script.Input.Write(keys);
        _script.Input.Flush();
    }

    /// <summary>Waits for the end and returns the exit code.</summary>
    public async Task<int> ExitAsync()
    {
        await Patience.ForAsync(_followed, "end of the output", () => Raw);
        return await _script.ExitAsync();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _script.DisposeAsync();

    private async Task FollowAsync()
    {
        char[] buffer = new char[4096];
        while (await _script.RawOutput.ReadAsync(buffer) is var count and > 0)
        {
            lock (_gate)
            {
                _raw.Append(buffer, 0, count);
                _screen.Write(buffer.AsSpan(0, count));
            }
        }
    }
}
