namespace SumSocket.Measurement;

/// <summary>
/// Finds outages among questions that end in any order: a question is looked at when all before it have ended, so that what was asked during an
/// outage counts to it, however late its end comes.
/// </summary>
/// <param name="log">Where outages are put together.</param>
internal sealed class OutageFinder(OutageLog log)
{
    private readonly Queue<PingQuestion> _line = new();

    /// <summary>A question is asked.</summary>
    public void Ask(PingQuestion question) => _line.Enqueue(question);

    /// <summary>The connection was lost, or an attempt to make one failed. It has its place among the questions.</summary>
    public void LoseConnection(TimeSpan at, string sign)
    {
        _line.Enqueue(new PingQuestion(0, 0, at) { End = (QuestionEnd.Lost, at, sign) });
        Settle();
    }

    /// <summary>A question has ended.</summary>
    public void End(PingQuestion question, QuestionEnd how, TimeSpan at, string reason)
    {
        question.End = (how, at, reason);
        Settle();
    }

    private void Settle()
    {
        while (_line.TryPeek(out PingQuestion? first) && first.End.How != QuestionEnd.None)
        {
            _line.Dequeue();
            if (first.End.How == QuestionEnd.Answered)
                log.End(first.End.At);
            else if (first.End.How == QuestionEnd.Lost && first.Worker == 0)
                log.LoseConnection(first.AskedAt, first.End.Reason);
            else if (first.End.How == QuestionEnd.Lost)
                log.LoseRound(first.AskedAt, first.End.Reason);
        }
    }
}
