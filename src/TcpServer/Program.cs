using SumSocket.Apps;
using SumSocket.Cli;

SocketEngine.Configure(); // before the first socket, which reads it once and for all
return await ConsoleProgram.RunAsync("TcpServer", new TcpServerCommand().Root, args);
