namespace SumSocket.Cli.Terminal;

/// <summary>Standard input for data.</summary>
internal static class StandardInput
{
    private const int CloseOnExec = 0x80000; // O_CLOEXEC of x86 and ARM

    /// <exception cref="IOException">It was closed when the program was started (<c>&lt;&amp;-</c>).</exception>
    public static Stream Open() =>
        IsOwn() ? throw new IOException("standard input was closed when the program was started") : Console.OpenStandardInput();

    /// <summary>Whether descriptor 0 is one that this process has opened itself, because it was free: the runtime opens a pipe of its own
    /// long before Main, and a read from that never ends. What the runtime opens is marked close-on-exec; what a program inherits cannot
    /// be.</summary>
    private static bool IsOwn()
    {
        if (!OperatingSystem.IsLinux())
            return false;
        try
        {
            string? flags = File.ReadLines("/proc/self/fdinfo/0")
                .FirstOrDefault(line => line.StartsWith("flags:", StringComparison.Ordinal));
            return flags is not null && (Convert.ToInt32(flags["flags:".Length..].Trim(), 8) & CloseOnExec) != 0;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or FormatException or OverflowException)
        {
            return false; // no /proc to read
        }
    }
}
