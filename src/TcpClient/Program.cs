if (FewFiles.Stop("TcpClient"))
    return ExitCode.Unreachable;
// Neither the receive loop blocks nor a bench, which is notified on it: a sixth less time for each of its requests.
SocketEngine.CompleteInline();
return await ClientCommand.RunAsync(new TcpClientProgram(), args);
