using SumSocket.Apps;
using SumSocket.Cli;

return await ConsoleProgram.RunAsync("UdpServer", new UdpServerCommand().Root, args);
