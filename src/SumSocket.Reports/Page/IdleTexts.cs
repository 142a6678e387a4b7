namespace SumSocket.Reports.Page;

/// <summary>Explanations for those who see an idle for the first time; docs/paths.md says more.</summary>
internal static class IdleTexts
{
    public static readonly string[] Silences =
    [
        "Each bar is a connection of its own that was silent for the time at its left; all charts share one time axis, on which each "
        + "doubling has the same width. The bar is as long as the connection is known to have lived, and the words beside it are how it "
        + "ended.",
        "Client first: the client asks after the silence. Server first: the server answers after it, which shows whether its bytes still "
        + "reach the client. With TCP keep-alive: the same again, with probes at a quarter of the silence. The band marks the limit that "
        + "was found without keep-alive: its left edge lived, its right edge did not.",
    ];

    public static readonly string[] Limits =
    [
        "A FIN or RST during the silence is seen when it comes. What forgets a connection without a sign shows only at the next byte, by "
        + "an RST or by no answer. The path has ended it where the server knows of no end of its own.",
    ];

    public static readonly string[] Hold =
    [
        "All connections were silent at the same time; each counts from its own last byte. A step down of the open ones is a step up of "
        + "one of the others. Those that are open at the end of the silence were asked, and the table says how many answered.",
    ];
}
