using SumSocket.Sockets;

namespace SumSocket.Cli.Terminal;

/// <summary>Descriptors 0 to 2, as the program was started with them.</summary>
internal static class StandardDescriptor
{
    public const int Input = 0, Output = 1, Error = 2;

    /// <summary>Whether it was closed when the program was started (<c>&lt;&amp;-</c>, <c>&gt;&amp;-</c>). Then its number is free, or
    /// belongs to something that this process has opened itself: the runtime opens pipes long before Main, and a server sockets. A read
    /// from such a pipe never ends, and what is written there goes where it should not.</summary>
    public static bool IsClosed(int descriptor) => OperatingSystem.IsLinux() && !LinuxOnly.IsInherited(descriptor);
}
