using SumSocket.Measurement.Bench;

namespace SumSocket.Reports.Html;

/// <summary>One of the things that can become of a request.</summary>
/// <param name="Name">For people.</param>
/// <param name="Css">Its class in the style sheet.</param>
/// <param name="Meaning">What it means.</param>
/// <param name="Of">Reads how many.</param>
internal sealed record OutcomeClass(string Name, string Css, string Meaning, Func<BenchCounts, long> Of)
{
    /// <summary>All but the right sums, in the order in which they are stacked.</summary>
    public static IReadOnlyList<OutcomeClass> Failures { get; } =
    [
        new("wrong", "wrong", "an answer that is not the sum", counts => counts.Wrong),
        new("error answer", "error", "an error in place of a sum", counts => counts.Error),
        new("timed out", "timed-out", "no answer within the time for one", counts => counts.TimedOut),
        new("refused", "refused", "the server refused the connection, so nothing was sent", counts => counts.Refused),
        new("not sent", "not-sent", "there was no connection for another reason", counts => counts.NotSent),
        new("reset", "reset", "the connection was reset before the answer", counts => counts.Reset),
        new("end of stream", "end-of-stream", "the server closed the connection before the answer", counts => counts.EndOfStream),
        new("unanswered", "unanswered", "no answer yet when the run was given up", counts => counts.Unanswered),
    ];

    /// <summary>Right sums, then the failures.</summary>
    public static IReadOnlyList<OutcomeClass> All { get; } = [new("ok", "ok", "the right sum came", counts => counts.Ok), .. Failures];
}
