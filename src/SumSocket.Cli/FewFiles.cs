using Microsoft.Win32.SafeHandles;
using SumSocket.Sockets;

namespace SumSocket.Cli;

/// <summary>A program that may open too few files (<c>ulimit -n</c>) is ended by the runtime in the middle of something, with a core dump:
/// it loads code from files and opens a pipe for each thread. So that is checked before anything else, and said in one line.</summary>
internal static class FewFiles
{
    /// <summary>A server takes some 90 files when it is run by the installed runtime, and keeps a reserve of 16.</summary>
    private const int Least = 112;

    /// <summary>Whether the program must end here, with <see cref="ExitCode.Unreachable"/>. Then it has been said.</summary>
    public static bool Stop(string program)
    {
        using OpenFileLimit limit = new();
        if (limit.Read() is not { } files || files >= Least)
            return false;
        if (StandardDescriptor.IsClosed(StandardDescriptor.Error))
            return true;
        try
        {
            // Not by the console, which opens files of its own before it writes.
            using FileStream error = new(new SafeFileHandle(StandardDescriptor.Error, ownsHandle: false), FileAccess.Write, bufferSize: 0);
            StandardOutput.Write(error, string.Create(
                CultureInfo.InvariantCulture, $"{program}: this process may open only {files} files and needs {Least}: raise ulimit -n\n"));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // There is nowhere to say so.
        }

        return true;
    }
}
