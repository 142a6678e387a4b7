using System.Net;

namespace SumSocket.Commands;

/// <summary>A private server inside the process.</summary>
/// <param name="EndPoint">Where it listens.</param>
/// <param name="Server">Disposing ends it.</param>
public sealed record LoopbackServer(IPEndPoint EndPoint, IAsyncDisposable Server);
