using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SumSocket.SystemTests.Harness;

/// <summary>Enters a network namespace with a thread of its own, which ends in it (setns(2)).</summary>
internal static class NetworkNamespace
{
    private const int NewNet = 0x40000000; // CLONE_NEWNET

    /// <summary>Runs up to the first await of <paramref name="run"/> there.</summary>
    public static T Run<T>(string name, Func<T> run)
    {
        T result = default!;
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                using SafeFileHandle file = File.OpenHandle($"/run/netns/{name}");
                if (Enter((int)file.DangerousGetHandle(), NewNet) != 0)
                    throw new InvalidOperationException($"setns: {Marshal.GetLastPInvokeErrorMessage()}");
                result = run();
            }
            catch (Exception e)
            {
                failure = e;
            }
        });
        thread.Start();
        thread.Join();
        return failure is null ? result : throw new InvalidOperationException(failure.Message, failure);
    }

    [DllImport("libc", EntryPoint = "setns", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Enter(int descriptor, int kind);
}
