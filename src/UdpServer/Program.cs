if (FewFiles.Stop("UdpServer"))
    return ExitCode.Unreachable;
return await ConsoleProgram.RunAsync("UdpServer", new UdpServerCommand().Root, args);
