namespace SumSocket.Client;

/// <summary>What an answer means for the request it answers.</summary>
internal static class AnswerCheck
{
    /// <param name="a">The request's first addend.</param>
    /// <param name="b">Its second addend.</param>
    /// <param name="answer">What the peer said.</param>
    /// <param name="verify">True checks the sum, and that an overflow is reported where there is one and nowhere else.</param>
    public static SumResult Check(long a, long b, in Response answer, bool verify)
    {
        if (answer.IsError)
        {
            return verify && answer.Error == ErrorCode.Overflow && !Overflows(a, b)
                ? new SumResult(SumOutcome.WrongAnswer, Error: answer.Error)
                : new SumResult(SumOutcome.ServerError, Error: answer.Error);
        }

        return new SumResult(IsSum(a, b, answer, verify) ? SumOutcome.Sum : SumOutcome.WrongAnswer, answer.Sum);
    }

    /// <summary>Whether <see cref="Check"/> would call it <see cref="SumOutcome.Sum"/>.</summary>
    public static bool IsSum(long a, long b, in Response answer, bool verify) =>
        !answer.IsError && (!verify || (answer.Sum == unchecked(a + b) && !Overflows(a, b)));

    /// <summary>Whether a sum is outside the 64-bit range.</summary>
    public static bool Overflows(long a, long b)
    {
        long sum = unchecked(a + b);
        return ((a ^ sum) & (b ^ sum)) < 0; // both addends have the sign that the wrapped sum has not
    }
}
