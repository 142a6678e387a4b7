using SumSocket.Cli;

namespace SumSocket.Commands;

/// <summary>A file that the user wants a result in.</summary>
internal static class OutputFile
{
    /// <summary>Makes it, or empties it; that it cannot be written is wrong usage.</summary>
    /// <param name="option">The option that named it.</param>
    /// <param name="file">Its name.</param>
    public static FileStream Create(string option, string file)
    {
        try
        {
            return File.Create(file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException) // the last: no name at all
        {
            throw new CommandFailedException(ExitCode.Usage, $"{option}: cannot write '{Printable.Text(file)}': {failure.Message}");
        }
    }

    /// <summary>Whether two names are of the same file, as far as names tell.</summary>
    public static bool IsSame(string? one, string? other) =>
        !string.IsNullOrEmpty(one) && !string.IsNullOrEmpty(other) && Path.GetFullPath(one) == Path.GetFullPath(other);
}
