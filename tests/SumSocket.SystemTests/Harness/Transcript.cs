using System.Text.RegularExpressions;

namespace SumSocket.SystemTests.Harness;

/// <summary>The lines a process has written to one of its outputs, and a way to wait for one of them.</summary>
internal sealed class Transcript
{
    private readonly Lock _lock = new();
    private readonly List<string> _lines = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _ended;

    /// <summary>What was written so far.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lock)
                return [.. _lines];
        }
    }

    /// <summary>The same as one text.</summary>
    public string Text => string.Join('\n', Lines);

    /// <summary>Takes every line up to the end of the stream.</summary>
    public async Task FollowAsync(TextReader reader)
    {
        while (await reader.ReadLineAsync() is { } line)
            Change(() => _lines.Add(line));
        Change(() => _ended = true);
    }

    /// <summary>
    /// Waits for the first line at or after <paramref name="from"/> that matches; fails when the stream ends without one.
    /// </summary>
    public Task<Match> MatchAsync(string pattern, int from = 0) =>
        Patience.ForAsync(FindAsync(pattern, from), $"line like \"{pattern}\"", () => Text);

    private async Task<Match> FindAsync(string pattern, int from)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                for (; from < _lines.Count; from++)
                {
                    if (Regex.Match(_lines[from], pattern) is { Success: true } match)
                        return match;
                }

                if (_ended)
                    Assert.Fail($"The output ended without a line like \"{pattern}\":\n{string.Join('\n', _lines)}");
                changed = _changed.Task;
            }

            await changed;
        }
    }

    private void Change(Action change)
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            change();
            changed = _changed;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        changed.SetResult();
    }
}
