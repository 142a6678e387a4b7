namespace SumSocket.SystemTests.Harness;

/// <summary>Where the programs are: in the folder that SUMSOCKET_PROGRAMS names, such as that of the published native ones, or else
/// built in the same configuration as this one.</summary>
internal static class Programs
{
    private static readonly string _output = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);
    private static readonly string _project = Path.GetFullPath("../../..", _output);

    /// <summary>The folder of the solution.</summary>
    public static string Root { get; } = Path.GetFullPath("../..", _project);

    /// <summary>The server.</summary>
    public static string TcpServer { get; } = App("TcpServer");

    /// <summary>The client.</summary>
    public static string TcpClient { get; } = App("TcpClient");

    /// <summary>The server over UDP.</summary>
    public static string UdpServer { get; } = App("UdpServer");

    /// <summary>The client over UDP.</summary>
    public static string UdpClient { get; } = App("UdpClient");

    /// <summary>For a shell that starts them by name.</summary>
    public static string SearchPath { get; } = string.Join(':', (string[])[
        .. ((string[])[TcpServer, TcpClient, UdpServer, UdpClient]).Select(program => Path.GetDirectoryName(program)!).Distinct(),
        Environment.GetEnvironmentVariable("PATH") ?? "", "/usr/sbin"]);

    private static string App(string name) => Environment.GetEnvironmentVariable("SUMSOCKET_PROGRAMS") is { Length: > 0 } folder
        ? Path.Combine(folder, name)
        : Path.Combine(Root, "src", name, Path.GetRelativePath(_project, _output), name);
}
