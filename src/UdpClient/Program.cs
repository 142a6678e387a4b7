using SumSocket.Apps;
using SumSocket.Cli;
using SumSocket.Commands;

UdpTransport transport = new();
return await ConsoleProgram.RunAsync(transport.ProgramName, ClientCommand.Create(transport), args);
