using System.Globalization;
using System.Text;
using SumSocket.SystemTests.Harness;

namespace SumSocket.SystemTests.Scenarios;

/// <summary>One path and what must be found out about it, as a file of tests/scenarios has it.</summary>
internal sealed class Scenario
{
    private readonly Dictionary<string, StringBuilder> _files = [];

    private Scenario(string name) => Name = name;

    /// <summary>The folder of all of them.</summary>
    public static string Folder { get; } = Path.Combine(Programs.Root, "tests", "scenarios");

    /// <summary>The name of its file, without the ending.</summary>
    public string Name { get; }

    public string Title { get; private set; } = "";

    /// <summary>Whether it is played in CI.</summary>
    public bool IsQuick { get; private set; }

    /// <summary>Whether it is over UDP.</summary>
    public bool IsUdp { get; private set; }

    /// <summary>Whether client and server are machines of their own with a router between them.</summary>
    public bool HasRouter => Router.Count + Later.Count > 0;

    public List<string> Needs { get; } = [];

    public List<string> Starts { get; } = [];

    /// <summary>What makes the router.</summary>
    public List<string> Router { get; } = [];

    /// <summary>What happens on the router while the client runs, and how long after its start.</summary>
    public List<(TimeSpan After, string Command)> Later { get; } = [];

    public List<string> Server { get; } = [];

    public List<string> Client { get; } = [];

    /// <summary>The client's exit code.</summary>
    public int ExitCode { get; private set; }

    public List<(string Name, string Value)> Expected { get; } = [];

    /// <summary>What the sentences of the verdict must contain.</summary>
    public List<string> Says { get; } = [];

    /// <summary>Reads one. A line that means nothing is an error.</summary>
    public static Scenario Read(string name)
    {
        var scenario = new Scenario(name);
        StringBuilder? file = null;
        foreach (string line in File.ReadLines(Path.Combine(Folder, name + ".txt")))
        {
            if (file is not null && line.StartsWith("    ", StringComparison.Ordinal))
            {
                file.Append(line[4..]).Append('\n');
                continue;
            }

            string[] parts = line.Split(' ', 2, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            if (parts.Length == 0 || line[0] == '#')
                continue;
            file = scenario.Take(parts[0], parts.Length == 1 ? "" : parts[1]);
        }

        return scenario.HasRouter && scenario.Starts.Count > 0
            ? throw new FormatException($"{name}: a forwarder or a router, not both.")
            : scenario;
    }

    /// <summary>Writes its files, with the places filled in.</summary>
    public void WriteFiles(string folder, Func<string, string> fill)
    {
        foreach ((string name, StringBuilder text) in _files)
            File.WriteAllText(Path.Combine(folder, name), fill(text.ToString()));
    }

    /// <summary>Whether a place is named anywhere.</summary>
    public bool Uses(string place) =>
        Starts.Concat(_files.Values.Select(text => text.ToString())).Any(text => text.Contains($"{{{place}}}", StringComparison.Ordinal));

    private StringBuilder? Take(string word, string rest)
    {
        string[] words = rest.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        string afterFirst = words.Length > 1 ? rest[words[0].Length..].Trim() : "";
        switch (word)
        {
            case "title":
                Title = rest;
                break;
            case "quick" when rest.Length == 0:
                IsQuick = true;
                break;
            case "udp" when rest.Length == 0:
                IsUdp = true;
                break;
            case "needs":
                Needs.AddRange(words);
                break;
            case "start":
                Starts.Add(rest);
                break;
            case "router":
                Router.Add(rest);
                break;
            case "after" when words.Length > 1 && words[0].EndsWith('s'):
                Later.Add((TimeSpan.FromSeconds(double.Parse(words[0][..^1], CultureInfo.InvariantCulture)), afterFirst));
                break;
            case "server":
                Server.AddRange(words);
                break;
            case "client":
                Client.AddRange(words);
                break;
            case "exit":
                ExitCode = int.Parse(rest, CultureInfo.InvariantCulture);
                break;
            case "expect" when words.Length > 1:
                Expected.Add((words[0], afterFirst));
                break;
            case "says" when words.Length > 0:
                Says.Add(rest);
                break;
            case "file" when words.Length == 1:
                return _files[rest] = new StringBuilder();
            default:
                throw new FormatException($"{Name}: '{word} {rest}' means nothing.");
        }

        return null;
    }
}
