using SumSocket.Sockets;

namespace SumSocket.Commands;

/// <summary>Refuses more connections than the process may open files for, before the first is made. At the limit the runtime itself cannot
/// go on: it opens files and pipes when it loads code and starts threads, and ends the process when it gets none.</summary>
internal static class OpenFiles
{
    private const int Reserve = 64; // for the runtime, the log, results, and names to resolve

    /// <param name="option">What asked for them, with its value.</param>
    /// <param name="connections">How many connections there are at a time.</param>
    /// <param name="isOwnServer">Whether the server is in this process: then each takes two files.</param>
    /// <exception cref="CommandFailedException">They are too many.</exception>
    public static void ThrowIfFew(string option, long connections, bool isOwnServer)
    {
        using OpenFileLimit limit = new();
        ThrowIfFew(option, connections * (isOwnServer ? 2 : 1), LinuxOnly.OpenFiles(), limit.Read());
    }

    /// <summary>The same, with what the system says.</summary>
    /// <param name="option">What asked for them, with its value.</param>
    /// <param name="sockets">How many sockets there are at a time.</param>
    /// <param name="open">How many files are open already.</param>
    /// <param name="limit">How many may be; null for no limit.</param>
    internal static void ThrowIfFew(string option, long sockets, int open, int? limit)
    {
        long needed = sockets + open + Reserve;
        if (needed > limit)
        {
            throw new CommandFailedException(
                ExitCode.Usage, $"{option} needs about {needed} files, and this process may open {limit}: raise ulimit -n, or give fewer");
        }
    }
}
