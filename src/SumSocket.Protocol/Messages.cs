namespace SumSocket.Protocol;

/// <summary>A request for A + B. On the wire <c>{"A":7,"B":4}</c> or <c>{"A":7,"B":4,"Id":5}</c>.</summary>
/// <param name="A">The first addend, any signed 64-bit integer.</param>
/// <param name="B">The second addend, any signed 64-bit integer.</param>
/// <param name="Id">0 to 2^63-1, echoed in the answer; null when the request carries none.</param>
public readonly record struct Request(long A, long B, long? Id = null)
{
    /// <summary>Adds: the only arithmetic of the service.</summary>
    /// <param name="sum">A + B; wrapped around when it overflows.</param>
    /// <returns>False when the sum is outside the 64-bit range, since a sum that wraps would be a wrong answer.</returns>
    public bool TryAdd(out long sum)
    {
        sum = unchecked(A + B);
        return ((A ^ sum) & (B ^ sum)) >= 0; // else the sum's sign differs from that of both addends
    }
}

/// <summary>One answer: <c>{"Sum":11}</c>, or an error such as <c>{"Error":"overflow","Message":"..."}</c>.</summary>
/// <param name="Sum">A + B; 0 when <paramref name="Error"/> is not <see cref="ErrorCode.None"/>.</param>
/// <param name="Id">The request's Id, null when the answer carries none.</param>
/// <param name="Error">Why there is no sum, or <see cref="ErrorCode.None"/>.</param>
public readonly record struct Response(long Sum, long? Id = null, ErrorCode Error = ErrorCode.None)
{
    /// <summary>True when the peer answered with an error instead of a sum.</summary>
    public bool IsError => Error != ErrorCode.None;
}
