using SumSocket.Apps;
using SumSocket.Cli;

return await ConsoleProgram.RunAsync("TcpClient", TcpClientCommand.Create(), args);
