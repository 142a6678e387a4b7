#!/usr/bin/env bash
# A receive completes with 0 bytes, as at the end of a stream, although the peer has reset the connection, when a send waits beside it.
#
# Seen with the .NET runtime 10.0.12 (SDK 10.0.401, Linux 6, linux-x64). The kernel tells the failure of a connection once, to the call that asks
# first (SO_ERROR is cleared by it). On the event of a reset the runtime completes the pending operations of both directions. Mostly the send
# gets ECONNRESET, and the receive then finds a closed connection without an error: 0 bytes. A loop that takes 0 bytes for the peer's shutdown
# believes that the stream ended in order. The same happens with ETIMEDOUT of keep-alive or TCP_USER_TIMEOUT. What helps: ask the send, or the
# state in TCP_INFO, before 0 bytes are believed.
#
# Output seen:
#   a receive waits alone:        ConnectionReset in 20 of 20
#   a send waits beside it:       0 bytes in most of 20, and the send has ConnectionReset
#
# Needs the .NET 10 SDK.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 NUGET_PACKAGES=$place/packages
cd "$place"
cat > reset.csproj <<- 'PROJECT'
	<Project Sdk="Microsoft.NET.Sdk">
	  <PropertyGroup>
	    <OutputType>Exe</OutputType>
	    <TargetFramework>net10.0</TargetFramework>
	    <ImplicitUsings>enable</ImplicitUsings>
	  </PropertyGroup>
	</Project>
PROJECT
cat > reset.cs <<- 'CODE'
	using System.Net;
	using System.Net.Sockets;

	List<string> alone = [], beside = [], sends = [];
	for (int i = 0; i < 20; i++)
	{
	    alone.Add((await RunAsync(sends: false)).Receive);
	    (string receive, string send) = await RunAsync(sends: true);
	    beside.Add(receive);
	    if (receive == "0 bytes")
	        sends.Add(send);
	}

	Console.WriteLine($"a receive waits alone: {alone.Distinct().Single()} in {alone.Count} of 20");
	Console.WriteLine($"a send waits beside it: 0 bytes in {(sends.Count > 10 ? "most" : "few")} of 20, "
	    + $"and the send has {string.Join(", ", sends.Distinct())}");

	static async Task<(string Receive, string Send)> RunAsync(bool sends)
	{
	    using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
	    listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
	    listener.Listen();
	    using Socket one = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
	    one.Connect(listener.LocalEndPoint!);
	    Socket peer = listener.Accept();
	    Task<string> receive = Outcome(one.ReceiveAsync(new byte[8]));
	    Task<string> send = sends ? Outcome(one.SendAsync(new byte[64 * 1024 * 1024])) : Task.FromResult("");
	    await Task.Delay(50); // until both wait
	    peer.Close(0); // linger 0: a reset
	    return (await receive, await send);
	}

	static async Task<string> Outcome(Task<int> call)
	{
	    try
	    {
	        return $"{await call} bytes";
	    }
	    catch (SocketException failure)
	    {
	        return failure.SocketErrorCode.ToString();
	    }
	}
CODE
dotnet run -c Release | tee seen
cat > expected <<- 'SEEN'
	a receive waits alone: ConnectionReset in 20 of 20
	a send waits beside it: 0 bytes in most of 20, and the send has ConnectionReset
SEEN
diff expected seen && echo 'as described'
