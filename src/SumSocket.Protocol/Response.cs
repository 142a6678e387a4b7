namespace SumSocket.Protocol;

/// <summary>One answer: <c>{"Sum":11}</c>, or an error such as <c>{"Error":"overflow","Message":"..."}</c>.</summary>
/// <param name="Sum">A + B; 0 when <paramref name="Error"/> is not <see cref="ErrorCode.None"/>.</param>
/// <param name="Id">The request's Id, null when the answer carries none.</param>
/// <param name="Error">Why there is no sum, or <see cref="ErrorCode.None"/>.</param>
public readonly record struct Response(long Sum, long? Id = null, ErrorCode Error = ErrorCode.None)
{
    /// <summary>True when the peer answered with an error instead of a sum.</summary>
    public bool IsError => Error != ErrorCode.None;
}
