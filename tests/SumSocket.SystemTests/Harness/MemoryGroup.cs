using System.Globalization;

namespace SumSocket.SystemTests.Harness;

/// <summary>A control group whose processes may take so much memory together (cgroups(7), version 1 or 2). Needs root, and a group file
/// system that can be written. Disposing removes it, when its processes have ended.</summary>
internal sealed class MemoryGroup : IDisposable
{
    private const string Root = "/sys/fs/cgroup";

    private readonly string _folder;
    private readonly bool _isFirst; // version 1

    private MemoryGroup(string folder, bool isFirst) => (_folder, _isFirst) = (folder, isFirst);

    /// <summary>The most that its processes have had at a time, in bytes.</summary>
    public long Peak => Read(_isFirst ? "memory.max_usage_in_bytes" : "memory.peak");

    /// <summary>Makes one, or skips the test.</summary>
    public static MemoryGroup Create(long bytes)
    {
        Tools.RequireRoot();
        bool isFirst = Directory.Exists($"{Root}/memory");
        string folder = $"{Root}{(isFirst ? "/memory" : "")}/sumsocket-{Environment.ProcessId}-{bytes}";
        try
        {
            Directory.CreateDirectory(folder);
            File.WriteAllText(
                Path.Combine(folder, isFirst ? "memory.limit_in_bytes" : "memory.max"), bytes.ToString(CultureInfo.InvariantCulture));
            return new MemoryGroup(folder, isFirst);
        }
        catch (Exception none) when (none is IOException or UnauthorizedAccessException)
        {
            Assert.Skip($"needs a control group for memory: {none.Message}");
            throw;
        }
    }

    /// <summary>Starts a program in it.</summary>
    public ChildProcess Start(string program, params string[] arguments) => ChildProcess.Start(
        "/bin/sh", ["-c", $"echo $$ > {_folder}/cgroup.procs && exec \"$@\"", "sh", program, .. arguments]);

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            Directory.Delete(_folder);
        }
        catch (IOException)
        {
            // Something in it still runs, which the test says by itself.
        }
    }

    private long Read(string file) => long.Parse(File.ReadAllText(Path.Combine(_folder, file)), CultureInfo.InvariantCulture);
}
