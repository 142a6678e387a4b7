using System.Net.Sockets;

namespace SumSocket.Lab.Models;

/// <summary>A thread for each connection. It is the easiest to read: what happens to a connection stands in order, and back-pressure and
/// fairness are the kernel's work. Its price is a stack for each, and a switch of threads for each message.</summary>
internal static class BlockingServer
{
    public static void Run(Socket listener)
    {
        while (true)
        {
            Socket socket = listener.Accept();
            socket.NoDelay = true;
            new Thread(() => Serve(socket), maxStackSize: 128 * 1024) { IsBackground = true }.Start();
        }
    }

    private static void Serve(Socket socket)
    {
        Answers answers = new();
        byte[] input = new byte[Answers.InputLength], output = new byte[Answers.OutputLength];
        using (socket)
        {
            try
            {
                for (int received; (received = socket.Receive(input)) > 0;)
                {
                    int length = answers.Write(input.AsSpan(0, received), output);
                    if (length < 0)
                        return;
                    for (int sent = 0; sent < length;)
                        sent += socket.Send(output, sent, length - sent, SocketFlags.None); // waits while there is no room
                }
            }
            catch (SocketException)
            {
                // The peer is gone.
            }
        }
    }
}
