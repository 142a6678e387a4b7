using SumSocket.Protocol;

namespace SumSocket.Client.Udp;

/// <summary>To which request an answer is, and what it is when it is to none. Under the gate.</summary>
/// <param name="inFlight">What waits for an answer; the one that has it is taken out.</param>
/// <param name="ids">The ids that were issued.</param>
/// <param name="useIds">Whether answers are known by them.</param>
internal sealed class ResponseMatcher(InFlightTable inFlight, IssuedIds ids, bool useIds)
{
    /// <summary>Matches one answer.</summary>
    /// <param name="answer">What the peer said.</param>
    /// <param name="request">What it answers; null when that is nothing that still waits.</param>
    /// <param name="isReordered">Whether it came behind one that was asked later.</param>
    // rule U4
    public DatagramCounter Match(in Response answer, out PendingSum? request, out bool isReordered)
    {
        isReordered = false;
        if (inFlight.Match(answer, useIds) is { } matched)
        {
            request = inFlight.Remove(matched);
            isReordered = ids.MarkAnswered(request.Number);
            return DatagramCounter.Answered;
        }

        request = null;
        return useIds && answer.Id is { } id ? ids.ClassifyStray(id, out isReordered) : DatagramCounter.Foreign;
    }

    /// <summary>Whether it shows that the server is there. Without ids a late answer is one among the foreign ones.</summary>
    public bool IsOfTheServer(DatagramCounter fate) => fate is DatagramCounter.Answered or DatagramCounter.Late || (fate == DatagramCounter.Foreign && !useIds);
}
