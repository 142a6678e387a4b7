using SumSocket.Apps;
using SumSocket.Cli;
using SumSocket.Commands;

SocketEngine.Configure();
TcpTransport transport = new();
return await ConsoleProgram.RunAsync(transport.ProgramName, ClientCommand.Create(transport), args);
