namespace SumSocket.Apps;

/// <summary>How the runtime waits for sockets. It only listens to environment variables, so the program, which owns them, sets them; a library never would.</summary>
internal static class SocketEngine
{
    /// <summary>Sets what the user has not set.</summary>
    public static void Configure()
    {
        // The client's receive loop, which never blocks and hands answers on to the thread pool, runs on the thread that polled: a sixth less
        // processor time for each request of a bench.
        const string Name = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Name)))
            Environment.SetEnvironmentVariable(Name, "1");
    }
}
