using System.Runtime.InteropServices;

namespace SumSocket.Cli.Tls;

/// <summary>The library that TLS needs on Linux. It is loaded when it is first used, and the runtime aborts the process when it finds
/// none.</summary>
internal static class OpenSsl
{
    /// <summary>What the runtime looks for, of the versions that are maintained.</summary>
    private static readonly string[] _names = ["libssl.so.3", "libssl.so.1.1"];

    /// <exception cref="CommandFailedException">There is none.</exception>
    public static void ThrowIfMissing()
    {
        if (OperatingSystem.IsLinux() && !_names.Any(name => NativeLibrary.TryLoad(name, out _)))
            throw new CommandFailedException(
                ExitCode.Unreachable, $"TLS needs OpenSSL, and this system has none of {string.Join(", ", _names)}");
    }
}
