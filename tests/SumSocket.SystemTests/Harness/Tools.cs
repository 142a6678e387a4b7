namespace SumSocket.SystemTests.Harness;

/// <summary>
/// What the suites need of the machine. Missing, it skips a test on a desk, where it is seen, and fails it in CI, where it is not.
/// </summary>
internal static class Tools
{
    /// <summary>Whether a missing tool is a failure.</summary>
    public static bool InCi { get; } = Environment.GetEnvironmentVariable("CI") == "true";

    /// <summary>Whether a program is in the PATH.</summary>
    public static bool IsThere(string program)
    {
        string[] folders = [.. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':'), "/usr/sbin"]; // where daemons are
        return folders.Any(folder => File.Exists(Path.Combine(folder, program)));
    }

    /// <summary>Needs a program in the PATH.</summary>
    public static void Require(string program)
    {
        if (!IsThere(program))
            Missing($"needs {program}");
    }

    /// <summary>Needs root, for network namespaces.</summary>
    public static void RequireRoot()
    {
        if (Environment.UserName != "root")
            Missing("needs root");
    }

    /// <summary>Something is missing: said by name.</summary>
    public static void Missing(string what)
    {
        if (InCi)
            Assert.Fail(what);
        Assert.Skip(what);
    }
}
