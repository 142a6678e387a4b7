using SumSocket.Apps;
using SumSocket.Cli;
using SumSocket.Commands;

// the receive loop never blocks, nor does a bench, which is told on it: a sixth less time for each of its requests
SocketEngine.CompleteInline();
TcpClientProgram program = new();
return await ConsoleProgram.RunAsync(program.ProgramName, ClientCommand.Create(program), args);
