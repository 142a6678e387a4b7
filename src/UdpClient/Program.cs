if (FewFiles.Stop("UdpClient"))
    return ExitCode.Unreachable;
return await ClientCommand.RunAsync(new UdpClientProgram(), args);
