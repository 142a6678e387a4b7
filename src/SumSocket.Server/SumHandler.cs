namespace SumSocket.Server;

/// <summary>The only arithmetic of the service.</summary>
internal static class SumHandler
{
    /// <summary>Adds; false when the sum is outside the 64-bit range, since a sum that wraps would be a wrong answer.</summary>
    public static bool TryAdd(in Request request, out long sum)
    {
        sum = unchecked(request.A + request.B);
        return ((request.A ^ sum) & (request.B ^ sum)) >= 0; // else the sum's sign differs from that of both addends
    }
}
