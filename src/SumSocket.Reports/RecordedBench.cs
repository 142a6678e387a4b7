using System.Reflection;
using System.Runtime.InteropServices;
using SumSocket.Reports.Reading;

namespace SumSocket.Reports;

/// <summary>One bench as a report shows it.</summary>
/// <param name="Name">Its name in the report, such as the file it was read from.</param>
/// <param name="Setting">The program, the machine and the server.</param>
/// <param name="Result">What it measured.</param>
/// <param name="ExitCode">The exit code of the program.</param>
internal sealed record RecordedBench(string Name, RunInfo Setting, BenchResult Result, int ExitCode)
{
    /// <summary>A bench that has just ended, taken through its JSON, so that its page equals that of a later report to the last digit.</summary>
    public static RecordedBench JustEnded(RunInfo setting, BenchResult result, int exitCode)
    {
        using MemoryStream stream = new();
        new JsonObjects(stream).WriteWhole(json => BenchJson.WriteResult(json, result, setting, exitCode));
        return BenchFile.Read(stream.GetBuffer().AsSpan(0, (int)stream.Length), name: "");
    }
}

/// <summary>What a result says of its program, server and machine, so that it can be compared with another.</summary>
/// <param name="Program">The program's name.</param>
/// <param name="Version">Its version.</param>
/// <param name="Transport"><c>tcp</c> or <c>udp</c>.</param>
/// <param name="Address">The server's address.</param>
/// <param name="IsLoopback">Whether the server is the private one inside this process.</param>
internal sealed record RunInfo(string Program, string Version, string Transport, string Address, bool IsLoopback)
{
    public string Runtime { get; init; } = RuntimeInformation.FrameworkDescription;

    public string Host { get; init; } = Environment.MachineName;

    public string System { get; init; } = RuntimeInformation.OSDescription;

    public string Architecture { get; init; } = RuntimeInformation.ProcessArchitecture.ToString();

    /// <summary>How many processors the program may use.</summary>
    public int Processors { get; init; } = Environment.ProcessorCount;

    /// <summary>The version of this program, without the commit that the build adds.</summary>
    public static string OwnVersion { get; } =
        typeof(RunInfo).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";
}
