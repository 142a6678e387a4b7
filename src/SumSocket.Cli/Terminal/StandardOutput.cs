using System.Text;
using Microsoft.Win32.SafeHandles;

namespace SumSocket.Cli.Terminal;

/// <summary>Standard output for results. Unlike <see cref="Console.Out"/> it reports when the reader has gone (<c>| head -1</c>): the
/// console's own stream swallows EPIPE, so that a program without end would never stop.</summary>
internal static class StandardOutput
{
    private const int BrokenPipe = 32; // EPIPE on Linux and macOS

    /// <summary>UTF-8 without a byte order mark.</summary>
    public static Encoding Utf8 { get; } = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Opens it. Writes go out at once and throw <see cref="IOException"/> when they fail.</summary>
    /// <exception cref="IOException">It was closed when the program was started (<c>&gt;&amp;-</c>).</exception>
    public static Stream Open()
    {
        if (StandardDescriptor.IsClosed(StandardDescriptor.Output))
            throw new IOException("standard output was closed when the program was started");
        if (OperatingSystem.IsWindows() || !Console.IsOutputRedirected)
            return Console.OpenStandardOutput();
        FileStream direct = new(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        // A file is left to the console's stream: FileStream keeps a position of its own and would overwrite what stderr wrote to the file.
        return direct.CanSeek ? Console.OpenStandardOutput() : direct;
    }

    /// <summary>A writer of text that opens it for the first.</summary>
    public static TextWriter Writer() => new StreamWriter(new DeferredStream(Open, neverFails: false), Utf8) { AutoFlush = true };

    /// <summary>Writes text at once, in UTF-8, to it or to a file in its place.</summary>
    public static void Write(Stream output, string text)
    {
        output.Write(Encoding.UTF8.GetBytes(text));
        output.Flush();
    }

    /// <summary>True when a write failed because the reader has gone.</summary>
    public static bool IsClosed(IOException exception) => exception.HResult == BrokenPipe;
}
