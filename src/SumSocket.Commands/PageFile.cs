using SumSocket.Reports.Page;

namespace SumSocket.Commands;

/// <summary>The option <c>--report</c>, and the page that it asks for.</summary>
internal sealed class PageFile : IDisposable
{
    private readonly OutputFile _file;

    private PageFile(OutputFile file) => _file = file;

    public static Option<string?> Option() =>
        CliOption.File("--report", [], "Also makes a page of the result: one HTML file that needs no network");

    /// <summary>Opens the file now, while the user can still fix it; null without the option.</summary>
    public static PageFile? Open(ParseResult parsed, Option<string?> option) =>
        parsed.GetValue(option) is { } file ? new PageFile(OutputFile.Open("--report", file)) : null;

    /// <summary>Puts the page of a run in the place of what the file held.</summary>
    public void Write(RecordedRun run)
    {
        using MemoryStream whole = new(); // all of it or nothing
        ReportPage.Write(whole, run);
        OutputFile.Empty(_file);
        whole.WriteTo(_file);
        OutputFile.Complete(_file);
    }

    public void Dispose() => _file.Dispose();
}
