if (FewFiles.Stop("UdpClient"))
    return ExitCode.Unreachable;
UdpClientProgram program = new();
return await ConsoleProgram.RunAsync(program.ProgramName, ClientCommand.Create(program, args), args);
