using SumSocket.Protocol;

namespace SumSocket.Client.Tcp;

/// <summary>What an answer means for the request it answers.</summary>
internal static class AnswerCheck
{
    /// <param name="a">The request's first addend.</param>
    /// <param name="b">Its second addend.</param>
    /// <param name="answer">What the peer said.</param>
    /// <param name="verify">True checks the sum, and that an overflow is reported where there is one and nowhere else.</param>
    public static SumResult Judge(long a, long b, in Response answer, bool verify)
    {
        long sum = unchecked(a + b);
        bool overflows = ((a ^ sum) & (b ^ sum)) < 0; // both addends have the sign that the wrapped sum has not
        if (answer.IsError)
        {
            return verify && answer.Error == ErrorCode.Overflow && !overflows
                ? new SumResult(SumOutcome.WrongAnswer)
                : new SumResult(SumOutcome.ServerError, Error: answer.Error);
        }

        return verify && (overflows || answer.Sum != sum)
            ? new SumResult(SumOutcome.WrongAnswer, answer.Sum)
            : new SumResult(SumOutcome.Sum, answer.Sum);
    }
}
