namespace SumSocket.Cli.Terminal;

/// <summary>Standard input for data.</summary>
internal static class StandardInput
{
    /// <exception cref="IOException">It was closed when the program was started (<c>&lt;&amp;-</c>).</exception>
    public static Stream Open() => StandardDescriptor.IsClosed(StandardDescriptor.Input)
        ? throw new IOException("standard input was closed when the program was started")
        : Console.OpenStandardInput();
}
