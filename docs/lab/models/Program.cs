using System.Net;
using System.Net.Sockets;
using SumSocket.Lab.Models;

// models blocking|poll|epoll|async [PORT]
int port = args.Length > 1 ? int.Parse(args[1], null) : 5656;
using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
listener.Listen(4096);
Console.WriteLine($"listening on tcp 127.0.0.1:{port}");
switch (args[0])
{
    case "blocking":
        BlockingServer.Run(listener);
        break;
    case "poll":
        PollServer.Run(listener);
        break;
    case "epoll":
        EpollServer.Run(listener);
        break;
    default:
        await AsyncServer.RunAsync(listener);
        break;
}
