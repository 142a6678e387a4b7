using System.Diagnostics;

namespace SumSocket.SystemTests.Harness;

/// <summary>What a process takes of the machine, each time as it is now.</summary>
/// <param name="id">The process number.</param>
internal sealed class ProcessUsage(int id)
{
    /// <summary>Processor time used so far, all threads together.</summary>
    public TimeSpan ProcessorTime => Read(process => process.TotalProcessorTime);

    /// <summary>Memory in RAM, in bytes (VmRSS).</summary>
    public long ResidentBytes => Read(process => process.WorkingSet64);

    /// <summary>The most it has ever had in RAM, in bytes (VmHWM).</summary>
    public long PeakResidentBytes => Read(process => process.PeakWorkingSet64);

    /// <summary>Open file descriptors.</summary>
    public int OpenFiles => Directory.GetFiles($"/proc/{id}/fd").Length;

    /// <summary>Threads of the system.</summary>
    public int Threads => Directory.GetDirectories($"/proc/{id}/task").Length;

    private T Read<T>(Func<Process, T> read)
    {
        using Process process = Process.GetProcessById(id);
        return read(process);
    }
}
