using SumSocket.Protocol;

namespace SumSocket.Server;

/// <summary>The only arithmetic of the service.</summary>
internal static class SumHandler
{
    /// <summary>Writes the answer to one request: its sum, or <see cref="ErrorCode.Overflow"/>, since a sum that wraps would be a wrong answer.</summary>
    /// <param name="request">The request.</param>
    /// <param name="answer">At least <see cref="MessageWriter.MaxResponseLength"/> bytes.</param>
    /// <param name="maxLength">The length beyond which an error goes without its sentence.</param>
    /// <returns>The bytes written.</returns>
    public static int Answer(in Request request, Span<byte> answer, int maxLength = int.MaxValue)
    {
        long sum = unchecked(request.A + request.B);
        bool overflow = ((request.A ^ sum) & (request.B ^ sum)) < 0; // the sum's sign differs from that of both addends
        if (!overflow)
            return MessageWriter.WriteSum(answer, sum, request.Id);
        var error = new ProtocolError(ErrorCode.Overflow, Member.Other, request.Id);
        int length = MessageWriter.WriteError(answer, error);
        return length <= maxLength ? length : MessageWriter.WriteError(answer, error, withMessage: false);
    }
}
