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

    public List<string> Needs { get; } = [];

    public List<string> Starts { get; } = [];

    public List<(string Name, string Value)> Expected { get; } = [];

    public List<string> Server { get; } = [];

    public List<string> Client { get; } = [];

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

        return scenario;
    }

    /// <summary>Writes its files, with the places filled in.</summary>
    public void WriteFiles(string folder, Func<string, string> fill)
    {
        foreach ((string name, StringBuilder text) in _files)
            File.WriteAllText(Path.Combine(folder, name), fill(text.ToString()));
    }

    private StringBuilder? Take(string word, string rest)
    {
        string[] words = rest.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        switch (word)
        {
            case "title":
                Title = rest;
                break;
            case "quick":
                IsQuick = true;
                break;
            case "needs":
                Needs.AddRange(words);
                break;
            case "start":
                Starts.Add(rest);
                break;
            case "server":
                Server.AddRange(words);
                break;
            case "client":
                Client.AddRange(words);
                break;
            case "expect" when words.Length == 2:
                Expected.Add((words[0], words[1]));
                break;
            case "file" when words.Length == 1:
                return _files[rest] = new StringBuilder();
            default:
                throw new FormatException($"{Name}: '{word} {rest}' means nothing.");
        }

        return null;
    }
}
