if (FewFiles.Stop("TcpClient"))
    return ExitCode.Unreachable;
// Neither the receive loop blocks nor a bench, which is notified on it: a sixth less time for each of its requests.
SocketEngine.CompleteInline();
TcpClientProgram program = new();
return await ConsoleProgram.RunAsync(program.ProgramName, ClientCommand.Create(program, args), args);
