namespace SumSocket.Cli.Terminal;

/// <summary>The terminal that a program may be run in.</summary>
internal static class ConsoleTerminal
{
    /// <summary>Whether standard output is a terminal on which lines can be drawn again.</summary>
    public static bool CanRedraw =>
        !Console.IsOutputRedirected
        && (OperatingSystem.IsWindows() || Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb"));

    /// <summary>Whether the user allows colour: see https://no-color.org.</summary>
    public static bool AllowsColor => string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));

    /// <summary>How many columns and rows there are now; 80 and 24 where that is unknown.</summary>
    public static (int Columns, int Rows) Size
    {
        get
        {
            (int columns, int rows) = (0, 0);
            try
            {
                (columns, rows) = (Console.WindowWidth, Console.WindowHeight);
            }
            catch (IOException) // unknown
            {
            }

            return (columns > 0 ? columns : 80, rows > 0 ? rows : 24);
        }
    }
}
