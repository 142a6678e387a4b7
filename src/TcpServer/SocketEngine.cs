using System.Globalization;

namespace SumSocket.Apps;

/// <summary>How the runtime waits for sockets. It only listens to environment variables, so the program, which owns them, sets them; a library never would.</summary>
internal static class SocketEngine
{
    /// <summary>Sets what the user has not set.</summary>
    public static void Configure()
    {
        // What follows a receive runs on the thread that polled it instead of being handed to the thread pool. At one request a round trip
        // that hand-over is a third of the work. The price: nothing on that path may block, or every connection of the engine waits.
        SetDefault("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");
        // One polling thread for each processor, since they now do the work; the runtime would take fewer.
        SetDefault("DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT", Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture));
    }

    private static void SetDefault(string name, string value)
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(name)))
            Environment.SetEnvironmentVariable(name, value);
    }
}
