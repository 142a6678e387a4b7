namespace SumSocket.Cli;

/// <summary>A file that the user wants a result in.</summary>
internal static class OutputFile
{
    /// <summary>Opens or makes the file that <paramref name="option"/> names; when it cannot be written, that is wrong usage. It keeps its
    /// content until <see cref="Empty"/>: something else may go wrong before there is a result.</summary>
    public static FileStream Open(string option, string file)
    {
        try
        {
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException) // the last: no name
        {
            throw new CommandFailedException(ExitCode.Usage, $"{option}: cannot write '{Printable.Text(file)}': {failure.Message}");
        }
    }

    /// <summary>Makes room for the result, where <paramref name="output"/> is a file.</summary>
    public static void Empty(Stream output)
    {
        if (output is FileStream { CanSeek: true, Length: > 0 } file)
            file.SetLength(0);
    }

    /// <summary>Whether two names are of the same file, as far as names show.</summary>
    public static bool IsSame(string? one, string? other) =>
        !string.IsNullOrEmpty(one) && !string.IsNullOrEmpty(other) && Path.GetFullPath(one) == Path.GetFullPath(other);
}
