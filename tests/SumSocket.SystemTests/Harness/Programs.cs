namespace SumSocket.SystemTests.Harness;

/// <summary>Where the built programs are: the same configuration as this one, so that <c>-c Release</c> tests what is released.</summary>
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

    private static string App(string name) => Path.Combine(Root, "src", name, Path.GetRelativePath(_project, _output), name);
}
