using System.Net;
using System.Net.Sockets;

namespace SumSocket.Client.Tcp;

/// <summary>What became of one attempt to connect.</summary>
/// <param name="Socket">Connected and non-blocking; null when the attempt failed.</param>
/// <param name="EndPoint">The address connected to, or the last one tried; null when the name has none.</param>
/// <param name="Reason">Why it failed, for people.</param>
/// <param name="Cause">Why it failed, for programs.</param>
internal sealed record ConnectResult(Socket? Socket, IPEndPoint? EndPoint, string Reason, ConnectionCause Cause);
