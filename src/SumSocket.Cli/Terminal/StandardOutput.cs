using System.Text;
using Microsoft.Win32.SafeHandles;

namespace SumSocket.Cli.Terminal;

/// <summary>Standard output for results. Unlike <see cref="Console.Out"/> it reports when the reader has gone (<c>| head -1</c>): the
/// console's own stream swallows EPIPE, so that a program without end would never stop.</summary>
internal static class StandardOutput
{
    private const int BrokenPipe = 32; // EPIPE on Linux and macOS

    /// <summary>Opens it. Writes go out at once and throw <see cref="IOException"/> when they fail.</summary>
    public static Stream Open()
    {
        if (OperatingSystem.IsWindows() || !Console.IsOutputRedirected)
            return Console.OpenStandardOutput();
        FileStream direct = new(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        // A file is left to the console's stream: FileStream keeps a position of its own and would overwrite what stderr wrote to the file.
        return direct.CanSeek ? Console.OpenStandardOutput() : direct;
    }

    /// <summary>Writes text at once, in UTF-8, to it or to a file in its place.</summary>
    public static void Write(Stream output, string text)
    {
        output.Write(Encoding.UTF8.GetBytes(text));
        output.Flush();
    }

    /// <summary>True when a write failed because the reader has gone.</summary>
    public static bool IsClosed(IOException exception) => exception.HResult == BrokenPipe;
}
