namespace SumSocket.Commands;

/// <summary>A file that the user wants a result in.</summary>
internal static class OutputFile
{
    /// <summary>Opens it, or makes it; that it cannot be written is wrong usage. What it holds stays there until <see cref="Empty"/>:
    /// something else may yet go wrong before there is a result.</summary>
    /// <param name="option">The option that named it.</param>
    /// <param name="file">Its name.</param>
    public static FileStream Open(string option, string file)
    {
        try
        {
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
        }
        // the last: no name at all
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
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

    /// <summary>Whether two names are of the same file, as far as names tell.</summary>
    public static bool IsSame(string? one, string? other) =>
        !string.IsNullOrEmpty(one) && !string.IsNullOrEmpty(other) && Path.GetFullPath(one) == Path.GetFullPath(other);
}
