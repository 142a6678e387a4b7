using SumSocket.Protocol;

namespace SumSocket.Server;

/// <summary>The only arithmetic of the service.</summary>
internal static class SumHandler
{
    /// <summary>Writes the answer to one request: its sum, or <see cref="ErrorCode.Overflow"/>, since a sum that wraps would be a wrong answer.</summary>
    /// <param name="request">The request.</param>
    /// <param name="answer">At least <see cref="MessageWriter.MaxResponseLength"/> bytes.</param>
    /// <returns>The bytes written.</returns>
    public static int Answer(in Request request, Span<byte> answer)
    {
        long sum = unchecked(request.A + request.B);
        bool overflow = ((request.A ^ sum) & (request.B ^ sum)) < 0; // the sum's sign differs from that of both addends
        return overflow
            ? MessageWriter.WriteError(answer, new ProtocolError(ErrorCode.Overflow, Member.Other, request.Id))
            : MessageWriter.WriteSum(answer, sum, request.Id);
    }
}
