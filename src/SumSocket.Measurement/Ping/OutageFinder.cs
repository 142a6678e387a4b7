namespace SumSocket.Measurement.Ping;

/// <summary>
/// Finds outages among questions that end in any order: a question is looked at when all before it have ended, so that what was asked during an
/// outage counts to it, however late its end comes.
/// </summary>
/// <param name="log">Where outages are put together.</param>
internal sealed class OutageFinder(OutageLog log)
{
    private readonly Queue<PingRequest> _line = new();

    /// <summary>A question is asked.</summary>
    public void Ask(PingRequest question) => _line.Enqueue(question);

    /// <summary>The connection was lost, or an attempt to make one failed. It has its place among the questions.</summary>
    public void LoseConnection(TimeSpan at, string sign)
    {
        _line.Enqueue(new PingRequest(0, 0, at) { End = (QuestionEnd.Lost, at, sign) });
        Settle();
    }

    /// <summary>A question has ended.</summary>
    public void End(PingRequest question, QuestionEnd how, TimeSpan at, string reason)
    {
        question.End = (how, at, reason);
        Settle();
    }

    /// <summary>What would be found if all questions ended now, and how many of them would be lost. Changes nothing.</summary>
    /// <param name="why">Why a question that has not ended would be lost; null when it would not.</param>
    public (OutageLog Log, long Lost) EndNow(Func<PingRequest, string?> why)
    {
        OutageLog preview = log.Copy();
        long lost = 0;
        foreach (PingRequest question in _line)
        {
            var end = question.End;
            if (end.How == QuestionEnd.None && why(question) is { } reason)
            {
                end = (QuestionEnd.Lost, default, reason);
                lost++;
            }

            Tell(preview, question, end);
        }

        return (preview, lost);
    }

    private void Settle()
    {
        while (_line.TryPeek(out PingRequest? first) && first.End.How != QuestionEnd.None)
            Tell(log, _line.Dequeue(), first.End);
    }

    private static void Tell(OutageLog log, PingRequest question, (QuestionEnd How, TimeSpan At, string Reason) end)
    {
        if (end.How == QuestionEnd.Answered)
            log.End(end.At);
        else if (end.How == QuestionEnd.Lost && question.Worker == 0)
            log.LoseConnection(question.AskedAt, end.Reason);
        else if (end.How == QuestionEnd.Lost)
            log.LoseRound(question.AskedAt, end.Reason);
    }
}
