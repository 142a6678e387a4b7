using System.Runtime.InteropServices;

namespace SumSocket.Measurement.Bench;

/// <summary>
/// Sleeps that end within a tenth of a millisecond: the runtime's own count whole milliseconds, which at 20,000 questions a second is twenty of
/// them at once. Elsewhere than on Linux and macOS it is the runtime's.
/// </summary>
internal static class ShortSleep
{
    /// <summary>Sleeps, or returns at once when there is nothing to wait for. It may return early.</summary>
    public static void For(TimeSpan span)
    {
        if (span <= TimeSpan.Zero)
            return;
        if (OperatingSystem.IsWindows())
        {
            Thread.Sleep(span);
            return;
        }

        TimeSpec request = new((nint)(span.Ticks / TimeSpan.TicksPerSecond), (nint)(span.Ticks % TimeSpan.TicksPerSecond * TimeSpan.NanosecondsPerTick));
        _ = NanoSleep(in request, 0);
    }

    [DllImport("libc", EntryPoint = "nanosleep")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int NanoSleep(in TimeSpec request, nint remaining);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct TimeSpec(nint seconds, nint nanoseconds)
    {
        public readonly nint Seconds = seconds;
        public readonly nint Nanoseconds = nanoseconds;
    }
}
