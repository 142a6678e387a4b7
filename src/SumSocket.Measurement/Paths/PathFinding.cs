namespace SumSocket.Measurement.Paths;

/// <summary>One thing that an examination has found out.</summary>
/// <param name="Check">What was looked at: <c>addresses</c>.</param>
/// <param name="Result">What it is, in one word of a fixed set: <c>nat</c>.</param>
/// <param name="Text">The same for people, with the evidence.</param>
internal sealed record PathFinding(string Check, string Result, string Text)
{
    /// <summary>The figures it rests on: a name that ends in the unit, and a text, a number, a truth or null for unknown or never.</summary>
    public IReadOnlyList<(string Name, object? Value)> Evidence { get; init; } = [];

    /// <summary>What to know or do about it, a sentence; null when nothing.</summary>
    public string? Advice { get; init; }

    /// <summary>How much that matters: the greater come first in a verdict.</summary>
    public int Weight { get; init; }

    /// <summary>At most three sentences that a person acts on.</summary>
    /// <param name="findings">What was found.</param>
    /// <param name="nothing">What to say when nothing is wrong.</param>
    public static IReadOnlyList<string> Verdict(IReadOnlyList<PathFinding> findings, string nothing)
    {
        string[] advice =
        [
            .. findings.Where(finding => finding.Advice is not null).OrderByDescending(finding => finding.Weight)
                .Take(3).Select(finding => finding.Advice!),
        ];
        return advice.Length == 0 ? [nothing] : advice;
    }
}
