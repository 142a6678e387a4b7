namespace SumSocket.Cli;

/// <summary>How the runtime waits for sockets. It is set by environment variables only, which belong to the program and never to a library,
/// and are read once, at the first socket. What the user has set stands.</summary>
internal static class SocketEngine
{
    /// <summary>What follows a receive runs on the thread that polled it instead of being handed to the thread pool. The price: nothing on
    /// that path may block, or every connection of the engine waits.</summary>
    public static void CompleteInline() => SetDefault("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");

    /// <summary>One polling thread for each processor; the runtime would take fewer.</summary>
    public static void PollOnEveryProcessor() =>
        SetDefault("DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT", Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture));

    private static void SetDefault(string name, string value)
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(name)))
            Environment.SetEnvironmentVariable(name, value);
    }
}
