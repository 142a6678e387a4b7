namespace SumSocket.Measurement.Bench;

/// <summary>The instants of one question, in ticks of 100 ns on the clock of the bench.</summary>
/// <param name="Due">When it was due; in a closed loop the same as <paramref name="Sent"/>.</param>
/// <param name="Ready">When there was room for it; it could have been sent at the later of this and <paramref name="Due"/>.</param>
/// <param name="Sent">When it was handed to the client.</param>
internal readonly record struct Asked(long Due, long Ready, long Sent);
