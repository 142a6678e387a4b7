using SumSocket.Protocol;

namespace SumSocket.Tests.Protocol;

/// <summary>What one step of decoding gave.</summary>
/// <param name="Status">The status.</param>
/// <param name="Request">The request of a message.</param>
/// <param name="Error">What was wrong, and for a message that has not ended what cutting it off there would be answered.</param>
/// <param name="End">Where in the stream the step ended.</param>
internal readonly record struct Outcome(DecodeStatus Status, Request Request, ProtocolError Error, int End)
{
    /// <summary>What a message asks for beside the sum.</summary>
    public RequestProbe? Probe { get; init; }

    /// <summary>Decodes a whole stream, fed in the pieces that the cuts make, up to its end or to where it breaks.</summary>
    public static List<Outcome> AllOf(ReadOnlySpan<byte> stream, params ReadOnlySpan<int> cuts)
    {
        var outcomes = new List<Outcome>();
        var decoder = new RequestDecoder();
        int at = 0;
        for (int piece = 0; piece <= cuts.Length; piece++)
        {
            int end = piece < cuts.Length ? cuts[piece] : stream.Length;
            while (at < end)
            {
                DecodeStatus status = decoder.Decode(stream[at..end], out int consumed, out Request request);
                at += consumed;
                if (status == DecodeStatus.NeedMore)
                    break;
                outcomes.Add(Of(status, request, decoder, at));
                if (status == DecodeStatus.Broken)
                    return outcomes;
            }

            if (at != end)
                throw new InvalidOperationException($"The decoder asks for more and left {end - at} bytes at {at}.");
        }

        outcomes.Add(Of(DecodeStatus.NeedMore, default, decoder, at));
        return outcomes;
    }

    /// <summary>Puts together what the decoder said; the error is looked at only where there is one.</summary>
    public static Outcome Of(DecodeStatus status, Request request, in RequestDecoder decoder, int end) => new(
        status,
        request,
        status switch
        {
            DecodeStatus.Message => default,
            DecodeStatus.NeedMore => decoder.IsInsideMessage ? decoder.Interrupt(ErrorCode.Truncated) : default,
            _ => decoder.Error,
        },
        end)
    {
        Probe = status == DecodeStatus.Message ? decoder.Probe : null,
    };
}
