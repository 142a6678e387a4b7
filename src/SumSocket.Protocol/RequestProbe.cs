namespace SumSocket.Protocol;

/// <summary>What a request may ask for beside its sum, to examine the path between the two ends. Servers that do not know it skip
/// it.</summary>
/// <param name="Delay">How long the answer is held back, in milliseconds: 0, for not at all, to
/// <see cref="ProtocolLimits.MaxDelay"/>.</param>
/// <param name="Path">Whether the answer reports what the server sees of the connection.</param>
public readonly record struct RequestProbe(int Delay = 0, PathQuery Path = default);

/// <summary>A request for a <see cref="PathReport"/>.</summary>
/// <param name="IsAsked">Whether one is asked for.</param>
/// <param name="Key">The <see cref="PathReport.Key"/> of an earlier connection: the report then has also how that one ended. 0 for
/// none.</param>
public readonly record struct PathQuery(bool IsAsked, long Key = 0);
