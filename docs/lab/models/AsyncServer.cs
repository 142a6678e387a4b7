using System.Net.Sockets;

namespace SumSocket.Lab.Models;

/// <summary>A task for each connection. It reads like the blocking one, and needs no thread while it waits: below it the runtime has an
/// epoll loop, and resumes tasks on a few threads. Its price is that hop.</summary>
internal static class AsyncServer
{
    public static async Task RunAsync(Socket listener)
    {
        while (true)
        {
            Socket socket = await listener.AcceptAsync();
            socket.NoDelay = true;
            _ = ServeAsync(socket);
        }
    }

    private static async Task ServeAsync(Socket socket)
    {
        Answers answers = new();
        byte[] input = new byte[Answers.InputLength], output = new byte[Answers.OutputLength];
        using (socket)
        {
            try
            {
                for (int received; (received = await socket.ReceiveAsync(input)) > 0;)
                {
                    int length = answers.Write(input.AsSpan(0, received), output);
                    if (length < 0)
                        return;
                    for (int sent = 0; sent < length;)
                        sent += await socket.SendAsync(output.AsMemory(sent, length - sent));
                }
            }
            catch (SocketException)
            {
                // The peer is gone.
            }
        }
    }
}
