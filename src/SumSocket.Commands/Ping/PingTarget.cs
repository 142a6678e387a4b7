namespace SumSocket.Commands.Ping;

/// <summary>Whom a ping asks, for its report.</summary>
/// <param name="Name">The address.</param>
/// <param name="Transport"><c>tcp</c> or <c>udp</c>.</param>
/// <param name="HasConnections">Whether there are connections to be told of.</param>
internal sealed record PingTarget(string Name, string Transport, bool HasConnections);
