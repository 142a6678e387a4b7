using System.Reflection;
using System.Runtime.InteropServices;
using SumSocket.Reports.Reading;

namespace SumSocket.Reports;

/// <summary>One run of a command as a report shows it, by a name such as that of the file it was read from.</summary>
internal abstract record RecordedRun(string Name);

internal sealed record RecordedIdle(string Name, IdleDocument Document) : RecordedRun(Name);

internal sealed record RecordedStorm(string Name, StormDocument Document) : RecordedRun(Name);

internal sealed record RecordedBench(string Name, RunInfo Setting, BenchResult Result, int ExitCode) : RecordedRun(Name)
{
    /// <summary>A bench that has just ended. It goes through its JSON, so its page is the same as that of a later report.</summary>
    public static RecordedBench JustEnded(RunInfo setting, BenchResult result, int exitCode)
    {
        using MemoryStream stream = new();
        new JsonObjects(stream).WriteWhole(json => BenchJson.WriteResult(json, result, setting, exitCode));
        return (RecordedBench)ResultFile.Read(stream.GetBuffer().AsSpan(0, (int)stream.Length), name: "");
    }
}

/// <summary>What a result says of its program, server and machine, so that it can be compared with another. The transport is <c>tcp</c> or
/// <c>udp</c>, and a loopback server is the private one inside this process.</summary>
internal sealed record RunInfo(string Program, string Version, string Transport, string Address, bool IsLoopback)
{
    public string Runtime { get; init; } = RuntimeInformation.FrameworkDescription;
    public string Host { get; init; } = Environment.MachineName;
    public string System { get; init; } = RuntimeInformation.OSDescription;
    public string Architecture { get; init; } = RuntimeInformation.ProcessArchitecture.ToString();

    /// <summary>How many processors the program may use.</summary>
    public int Processors { get; init; } = Environment.ProcessorCount;

    /// <summary>The version of this program, without the commit that the build adds.</summary>
    public static string OwnVersion { get; } = typeof(RunInfo).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";
}
