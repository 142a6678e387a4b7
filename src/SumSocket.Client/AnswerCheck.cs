namespace SumSocket.Client;

/// <summary>What an answer means for the request it answers.</summary>
internal static class AnswerCheck
{
    /// <param name="a">The request's first addend.</param>
    /// <param name="b">Its second addend.</param>
    /// <param name="answer">What the peer sent.</param>
    /// <param name="verify">True checks the sum, and that an overflow is reported where there is one and nowhere else.</param>
    public static SumResult Check(long a, long b, in Response answer, bool verify)
    {
        if (!answer.IsError)
            return new SumResult(IsSum(a, b, answer, verify) ? SumOutcome.Sum : SumOutcome.WrongAnswer, answer.Sum);
        bool isWrong = verify && answer.Error == ErrorCode.Overflow && new Request(a, b).TryAdd(out _);
        return new SumResult(isWrong ? SumOutcome.WrongAnswer : SumOutcome.ServerError, Error: answer.Error);
    }

    /// <summary>Whether <see cref="Check"/> would call it <see cref="SumOutcome.Sum"/>.</summary>
    public static bool IsSum(long a, long b, in Response answer, bool verify) =>
        !answer.IsError && (!verify || (new Request(a, b).TryAdd(out long sum) && answer.Sum == sum));
}
