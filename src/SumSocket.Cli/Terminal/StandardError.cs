using System.Text;

namespace SumSocket.Cli.Terminal;

/// <summary>Standard error, to which writing never fails: with a full disk behind it, or none, the program says nothing and goes on to the
/// exit code that is due.</summary>
internal static class StandardError
{
    /// <summary>Makes it what <see cref="Console.Error"/> writes to, the log included.</summary>
    public static void Use() => Console.SetError(Writer(static () =>
        StandardDescriptor.IsClosed(StandardDescriptor.Error) ? Stream.Null : Console.OpenStandardError()));

    /// <summary>A writer to a stream that is opened with the first text.</summary>
    internal static TextWriter Writer(Func<Stream> open)
    {
        Encoding encoding = OperatingSystem.IsWindows() ? Console.OutputEncoding : StandardOutput.Utf8;
        return new StreamWriter(new DeferredStream(open, neverFails: true), encoding, bufferSize: 4096) { AutoFlush = true };
    }
}
