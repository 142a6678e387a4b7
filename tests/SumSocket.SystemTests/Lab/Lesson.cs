using SumSocket.SystemTests.Harness;

namespace SumSocket.SystemTests.Lab;

/// <summary>The run of one lesson and what must be true of it, as a file of docs/lab has it.</summary>
internal sealed class Lesson
{
    private static readonly string[] _steps = ["server", "client", "on", "await", "wait", "stop"];

    private Lesson(string name) => Name = name;

    /// <summary>The folder of all of them.</summary>
    public static string Folder { get; } = Path.Combine(Programs.Root, "docs", "lab");

    public static IEnumerable<string> Names =>
        Directory.GetFiles(Folder, "??-*.txt").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal);

    /// <summary>The name of its files, without the ending.</summary>
    public string Name { get; }

    /// <summary>On whose machine the packets are taken that the claims are about.</summary>
    public string Witness { get; private set; } = "client";

    /// <summary>Whether there is a machine between the two.</summary>
    public bool HasRouter { get; private set; }

    public bool IsUdp { get; private set; }

    /// <summary>What is done, in order.</summary>
    public List<(string Word, string Line)> Steps { get; } = [];

    /// <summary>What must be true of it.</summary>
    public List<string> Claims { get; } = [];

    /// <summary>Which rows of the page stand in the text: of which connection, from and to, counted from 1.</summary>
    public List<(int Connection, int First, int Last)> Shown { get; } = [];

    /// <summary>Whether of all rows only those stand there that are out of the ordinary.</summary>
    public bool ShowsOdd { get; private set; }

    /// <summary>Reads one. A line that means nothing is an error.</summary>
    public static Lesson Read(string name)
    {
        Lesson lesson = new(name);
        foreach (string line in File.ReadLines(Path.Combine(Folder, name + ".txt")))
        {
            string[] parts = line.Split(' ', 2, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            if (parts.Length > 0 && line[0] != '#')
                lesson.Take(parts[0], parts.Length == 1 ? "" : parts[1]);
        }

        return lesson;
    }

    private void Take(string word, string rest)
    {
        if (_steps.Contains(word))
            Steps.Add((word, rest));
        else if (word == "claim")
            Claims.Add(rest);
        else if (word == "udp")
            IsUdp = true;
        else if (word == "witness")
            Witness = rest;
        else if (word == "router")
            HasRouter = true;
        else if (word == "show" && rest == "odd")
            ShowsOdd = true;
        else if (word == "show" && rest.Split(' ', '.') is [var connection, var first, "", var last])
            Shown.Add((int.Parse(connection, null), int.Parse(first, null), int.Parse(last, null)));
        else
            throw new FormatException($"{Name}: '{word} {rest}' means nothing.");
    }
}
