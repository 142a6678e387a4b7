using System.Text.RegularExpressions;
using SumSocket.SystemTests.Harness;

namespace SumSocket.SystemTests.Lab;

/// <summary>Plays a lesson between two machines of its own.</summary>
internal sealed class LessonRun : IAsyncDisposable
{
    private readonly NetworkPair _network;
    private readonly string _page;
    private readonly List<(bool IsServer, ChildProcess Process)> _started = [];
    private readonly List<(bool IsServer, string Text)> _printed = [];

    private LessonRun(NetworkPair network, string page) => (_network, _page) = (network, page);

    /// <summary>Plays it.</summary>
    /// <param name="lesson">Which.</param>
    /// <param name="folder">Where its page and its packets go.</param>
    public static async Task<Evidence> PlayAsync(Lesson lesson, string folder)
    {
        await using NetworkPair network = await NetworkPair.CreateAsync(lesson.HasRouter);
        await using LessonRun run = new(network, Path.Combine(folder, lesson.Name + ".html"));
        using Witness witness = Witness.Start(network, lesson, Path.Combine(folder, lesson.Name + ".pcapng"));
        foreach ((string word, string rest) in lesson.Steps)
            await run.StepAsync(word, rest);
        int exit = 0;
        foreach ((bool isServer, ChildProcess process) in run._started.Where(one => !one.IsServer))
            exit = await process.ExitAsync();
        List<(bool, int)> timeWait = await run.TimeWaitAsync();
        await run.StopServersAsync();
        return new Evidence(witness.End(), run.Said(ofServer: false), run.Said(ofServer: true), exit, timeWait);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach ((_, ChildProcess process) in _started)
            await process.DisposeAsync();
    }

    private async Task StepAsync(string word, string rest)
    {
        string[] parts = rest.Split(' ', 2);
        switch (word)
        {
            case "server" or "client":
                ChildProcess process = _network.StartShell(word, Fill(rest));
                _started.Add((word == "server", process));
                if (rest.Contains("Server ", StringComparison.Ordinal))
                    await process.Output.MatchAsync("^listening on ");
                break;
            case "on":
                foreach (string machine in parts[0] == "both" ? (string[])["server", "client"] : [parts[0]])
                {
                    await using ChildProcess done = _network.StartShell(machine, Fill(parts[1]));
                    (await done.ExitAsync()).Should().Be(0, "{0}: {1}", rest, done.Error.Text);
                    _printed.Add((machine == "server", done.Output.Text));
                }

                break;
            case "await" when parts.Length == 1: // its end
                foreach ((_, ChildProcess ended) in _started.Where(one => one.IsServer == (rest == "server")))
                    await ended.ExitAsync();
                break;
            case "await":
                ChildProcess spoken = _started.Last(one => one.IsServer == (parts[0] == "server")).Process;
                await Eventually.IsTrueAsync(
                    () => Regex.IsMatch($"{spoken.Output.Text}\n{spoken.Error.Text}", parts[1], RegexOptions.Multiline),
                    $"'{parts[1]}' in what the {parts[0]} says");
                break;
            case "wait":
                await Task.Delay(TimeSpan.FromSeconds(double.Parse(rest, null)), TestContext.Current.CancellationToken);
                break;
            default:
                await StopServersAsync();
                break;
        }
    }

    private async Task StopServersAsync()
    {
        foreach ((bool isServer, ChildProcess process) in _started.Where(one => one.IsServer && !one.Process.HasExited))
        {
            process.Send(Signal.Terminate);
            await process.ExitAsync();
        }
    }

    /// <summary>Which connections a machine remembers though they are closed: by the port of the client.</summary>
    private async Task<List<(bool OnServer, int Port)>> TimeWaitAsync()
    {
        List<(bool, int)> found = [];
        foreach (bool isServer in (bool[])[false, true])
        {
            await using ChildProcess ss = _network.StartShell(isServer ? "server" : "client", "ss -Htn state time-wait");
            await ss.ExitAsync();
            found.AddRange(ss.Output.Lines.Select(line => Regex.Matches(line, @":(\d+)\b")[isServer ? 1 : 0].Groups[1].Value)
                .Select(port => (isServer, int.Parse(port, null))));
        }

        return found;
    }

    private string Fill(string text) => text.Replace("{page}", _page).Replace("{lab}", Lesson.Folder);

    private string Said(bool ofServer) => string.Join('\n', _printed
        .Concat(_started.Select(one => (one.IsServer, Text: $"{one.Process.Output.Text}\n{one.Process.Error.Text}")))
        .Where(one => one.IsServer == ofServer).Select(one => one.Text));
}
