#!/usr/bin/env bash
# Closing a Socket while another thread waits in its Receive resets the connection, and what was sent before is lost.
#
# Seen with the .NET runtime 10.0.12 (SDK 10.0.401, Linux 6, linux-x64). `Socket.Dispose` with no call pending ends the connection in order: the
# peer reads what was sent, and then the end of the stream. With a thread waiting in `Receive` on the same socket the runtime has to wake it, and
# does so by disconnecting the socket, which sends RST. The peer's kernel then throws away what it had received and the peer had not read. A
# program in C that closes a descriptor under a waiting recv(2) sends no reset. `Shutdown` before `Dispose` avoids it: the receive then returns 0.
#
# Output seen:
#   no call pending:                   1 byte, then the end of the stream
#   a thread waits in Receive:         ConnectionReset
#   the same, Shutdown before Dispose: 1 byte, then the end of the stream
#
# Needs the .NET 10 SDK.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 NUGET_PACKAGES=$place/packages
cd "$place"
cat > close.csproj <<- 'PROJECT'
	<Project Sdk="Microsoft.NET.Sdk">
	  <PropertyGroup>
	    <OutputType>Exe</OutputType>
	    <TargetFramework>net10.0</TargetFramework>
	    <ImplicitUsings>enable</ImplicitUsings>
	  </PropertyGroup>
	</Project>
PROJECT
cat > close.cs <<- 'CODE'
	using System.Net;
	using System.Net.Sockets;

	Show("no call pending", waits: false, shutdown: false);
	Show("a thread waits in Receive", waits: true, shutdown: false);
	Show("the same, Shutdown before Dispose", waits: true, shutdown: true);

	static void Show(string what, bool waits, bool shutdown)
	{
	    using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
	    listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
	    listener.Listen();
	    Socket closed = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
	    closed.Connect(listener.LocalEndPoint!);
	    using Socket peer = listener.Accept();
	    closed.Send([1]);
	    Thread reader = new(() =>
	    {
	        try
	        {
	            closed.Receive(new byte[1]);
	        }
	        catch (SocketException)
	        {
	        }
	    });
	    if (waits)
	    {
	        reader.Start();
	        Thread.Sleep(500); // until it waits in the kernel
	    }

	    if (shutdown)
	        closed.Shutdown(SocketShutdown.Both);
	    closed.Dispose();
	    Thread.Sleep(200); // until the peer's kernel knows
	    Console.WriteLine($"{what}: {Read(peer)}");
	}

	static string Read(Socket peer)
	{
	    try
	    {
	        int first = peer.Receive(new byte[8]);
	        return peer.Receive(new byte[8]) == 0 ? $"{first} byte, then the end of the stream" : "more";
	    }
	    catch (SocketException failure)
	    {
	        return failure.SocketErrorCode.ToString();
	    }
	}
CODE
dotnet run -c Release | tee seen
cat > expected <<- 'SEEN'
	no call pending: 1 byte, then the end of the stream
	a thread waits in Receive: ConnectionReset
	the same, Shutdown before Dispose: 1 byte, then the end of the stream
SEEN
diff expected seen && echo 'as described'
