return await ConsoleProgram.RunAsync("UdpServer", new UdpServerCommand().Root, args);
