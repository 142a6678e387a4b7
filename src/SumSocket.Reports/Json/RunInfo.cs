using System.Reflection;
using System.Runtime.InteropServices;

namespace SumSocket.Reports.Json;

/// <summary>Where a bench runs and whom it asks: what a result must say of itself to be compared with another.</summary>
/// <param name="Program">The program's name.</param>
/// <param name="Version">Its version.</param>
/// <param name="Transport"><c>tcp</c> or <c>udp</c>.</param>
/// <param name="Address">The server's address.</param>
/// <param name="IsLoopback">Whether the server is the private one inside this process.</param>
public sealed record RunInfo(string Program, string Version, string Transport, string Address, bool IsLoopback)
{
    /// <summary>The runtime and its version.</summary>
    public string Runtime { get; init; } = RuntimeInformation.FrameworkDescription;

    /// <summary>The machine's name.</summary>
    public string Host { get; init; } = Environment.MachineName;

    /// <summary>The operating system and its version.</summary>
    public string System { get; init; } = RuntimeInformation.OSDescription;

    /// <summary>What kind of processor the program runs on.</summary>
    public string Architecture { get; init; } = RuntimeInformation.ProcessArchitecture.ToString();

    /// <summary>How many of them it may use.</summary>
    public int Processors { get; init; } = Environment.ProcessorCount;

    /// <summary>That of this program, less the commit that the build adds.</summary>
    public static string OwnVersion { get; } =
        typeof(RunInfo).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";
}
