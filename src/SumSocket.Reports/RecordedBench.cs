using SumSocket.Reports.Reading;

namespace SumSocket.Reports;

/// <summary>One bench as a report shows it.</summary>
/// <param name="Name">What it is called there, such as the file it was read from.</param>
/// <param name="Setting">Where it ran and whom it asked.</param>
/// <param name="Result">What it measured.</param>
/// <param name="ExitCode">What the program said of it in the end.</param>
internal sealed record RecordedBench(string Name, RunInfo Setting, BenchResult Result, int ExitCode)
{
    /// <summary>A bench that has just ended, as its JSON tells it: so its page is what a report of that JSON would be, to the last
    /// digit.</summary>
    public static RecordedBench JustEnded(RunInfo setting, BenchResult result, int exitCode)
    {
        using MemoryStream stream = new();
        new JsonObjects(stream).WriteWhole(json => BenchJson.WriteResult(json, result, setting, exitCode));
        return BenchFile.Read(stream.GetBuffer().AsSpan(0, (int)stream.Length), name: "");
    }
}
