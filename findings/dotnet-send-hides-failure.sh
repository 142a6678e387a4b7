#!/usr/bin/env bash
# When the peer resets a connection while a send is under way, Send fails with TimedOut, although no time-out is set, and SendAsync with
# ConnectionReset in most cases and Shutdown in the others.
#
# Seen with the .NET runtime 10.0.12 (SDK 10.0.401, Linux 6, linux-x64). A send asks the kernel as often as it takes until all bytes are sent. When
# such a call fails behind one that has sent a part, the runtime drops the error and takes the call for one that found no room. Of a blocking
# socket that can only be a time-out, it concludes. An asynchronous send waits for room and calls again. But the kernel tells an error once: now the
# call gets EPIPE, which is SocketError.Shutdown. What helps: take TimedOut and Shutdown of a send for failures of unknown cause, and ask TCP_INFO
# for the state and the retransmissions.
#
# Output seen:
#   Send: TimedOut in all of 300
#   SendAsync: ConnectionReset in most of 300, Shutdown in the others
#
# Needs the .NET 10 SDK.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 NUGET_PACKAGES=$place/packages
cd "$place"
cat > send.csproj <<- 'PROJECT'
	<Project Sdk="Microsoft.NET.Sdk">
	  <PropertyGroup>
	    <OutputType>Exe</OutputType>
	    <TargetFramework>net10.0</TargetFramework>
	    <ImplicitUsings>enable</ImplicitUsings>
	  </PropertyGroup>
	</Project>
PROJECT
cat > send.cs <<- 'CODE'
	using System.Net;
	using System.Net.Sockets;

	byte[] bytes = new byte[64 * 1024 * 1024];
	Dictionary<string, int> blocking = await RunAsync(socket => Task.FromResult(socket.Send(bytes)));
	Dictionary<string, int> asynchronous = await RunAsync(socket => socket.SendAsync(bytes));
	Console.WriteLine($"Send: {blocking.Keys.Single()} in all of {blocking.Values.Sum()}");
	Console.WriteLine($"SendAsync: {string.Join(", ", asynchronous.OrderByDescending(pair => pair.Value).Select(pair => pair.Key))}");

	async Task<Dictionary<string, int>> RunAsync(Func<Socket, Task<int>> send)
	{
	    using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
	    listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
	    listener.Listen();
	    Dictionary<string, int> seen = [];
	    for (int i = 0; i < 300; i++)
	    {
	        using Socket one = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
	        one.Connect(listener.LocalEndPoint!);
	        Socket peer = listener.Accept();
	        Task reading = Task.Run(() =>
	        {
	            byte[] room = new byte[64 * 1024];
	            for (int reads = Random.Shared.Next(1, 200); reads > 0; reads--)
	                peer.Receive(room);
	            peer.Close(0); // linger 0: a reset
	        });
	        string failure = await FailureAsync(() => send(one));
	        seen[failure] = seen.GetValueOrDefault(failure) + 1;
	        await reading;
	    }

	    return seen;
	}

	async Task<string> FailureAsync(Func<Task<int>> send)
	{
	    try
	    {
	        while (true)
	            await send();
	    }
	    catch (SocketException failure)
	    {
	        return failure.SocketErrorCode.ToString();
	    }
	}
CODE
dotnet run -c Release | sed -E 's/^(SendAsync: ConnectionReset), Shutdown$/\1 in most of 300, Shutdown in the others/' | tee seen
cat > expected <<- 'SEEN'
	Send: TimedOut in all of 300
	SendAsync: ConnectionReset in most of 300, Shutdown in the others
SEEN
diff expected seen && echo 'as described'
