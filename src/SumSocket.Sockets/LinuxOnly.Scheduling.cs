using System.Runtime.InteropServices;

namespace SumSocket.Sockets;

/// <summary>How threads share the processors.</summary>
internal static partial class LinuxOnly
{
    /// <summary>Lets every other thread go before the calling one: it runs only where a processor has nothing else to do (SCHED_IDLE,
    /// sched(7)). A thread that is merely nice keeps a processor for up to 3 ms, in which an answer waits.</summary>
    /// <remarks>To be like others again needs CAP_SYS_NICE. Without it the thread is only made nice: on a busy machine it would come to a
    /// stand for good, and with it all that waits for it, such as a garbage collection.</remarks>
    /// <returns>Whether it can be called back by <see cref="StopGivingWay"/>.</returns>
    public static bool TryGiveWay()
    {
        const int ThisThread = 0, Nice = 10;
        if (!OperatingSystem.IsLinux())
            return false;
        bool canComeBack = false;
        Thread trial = new(() => canComeBack = SetPolicy(isIdle: true) && SetPolicy(isIdle: false));
        trial.Start();
        trial.Join();
        if (canComeBack)
            return SetPolicy(isIdle: true);
        _ = SetPriority(ThisThread, ThisThread, Nice);
        return false;
    }

    /// <summary>The calling thread is like others again.</summary>
    public static bool StopGivingWay() => SetPolicy(isIdle: false);

    private static bool SetPolicy(bool isIdle)
    {
        const int ThisThread = 0, Other = 0, Idle = 5;
        int priority = 0; // struct sched_param: of these two policies it is always 0
        return SetScheduler(ThisThread, isIdle ? Idle : Other, in priority) == 0;
    }

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, int who, int nice);

    [LibraryImport("libc", EntryPoint = "sched_setscheduler")]
    private static partial int SetScheduler(int thread, int policy, in int parameter);
}
