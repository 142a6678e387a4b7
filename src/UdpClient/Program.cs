using SumSocket.Apps;
using SumSocket.Cli;
using SumSocket.Commands;

UdpClientProgram program = new();
return await ConsoleProgram.RunAsync(program.ProgramName, ClientCommand.Create(program), args);
