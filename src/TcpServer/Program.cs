if (FewFiles.Stop("TcpServer"))
    return ExitCode.Unreachable;
SocketEngine.CompleteInline(); // at one request a round trip the hand-over to the pool is a third of the work
SocketEngine.PollOnEveryProcessor(); // since the polling threads now do the work
using HeapTrim trim = new(TimeProvider.System);
return await ConsoleProgram.RunAsync("TcpServer", new TcpServerCommand().Root, args);
