using SumSocket.Protocol;
using SumSocket.Protocol.Json;
using SumSocket.Tests.Protocol;

namespace SumSocket.Tests.Fuzzing;

/// <summary>The answers that docs/protocol.md promises for what <see cref="RequestOracle"/> read, as text. The server is one that allows no
/// delay and reports no path.</summary>
internal static class WireAnswers
{
    /// <summary>All answers to a stream that a peer sends and then ends.</summary>
    public static string ToStream(ReadOnlySpan<byte> stream) => string.Concat(RequestOracle.AllOf(stream).Select(ToOutcome));

    /// <summary>The answer to one step; empty for none.</summary>
    public static string ToOutcome(Outcome outcome)
    {
        if (outcome.Status == DecodeStatus.Message)
            return ToRequest(outcome, withMessage: true);
        (ErrorCode code, Member member, long? id) = outcome.Error;
        return code == ErrorCode.None ? "" : Error(code, member, id, withMessage: true);
    }

    /// <summary>The answer to a datagram; empty for none.</summary>
    public static string ToDatagram(ReadOnlySpan<byte> datagram)
    {
        Outcome outcome = RequestOracle.Next(datagram);
        bool isRequest = datagram.Length <= 1200 && outcome.Status == DecodeStatus.Message && outcome.Probe is null or { Delay: 0 }
            && datagram[outcome.End..].IndexOfAnyExcept(" \t\r\n"u8) < 0;
        if (!isRequest)
            return "";
        string full = ToRequest(outcome, withMessage: true);
        string shorter = full.Length <= datagram.Length ? full : ToRequest(outcome, withMessage: false);
        return shorter.Length <= datagram.Length ? shorter : "";
    }

    private static string ToRequest(Outcome outcome, bool withMessage)
    {
        (long a, long b, long? id) = outcome.Request;
        if (outcome.Probe is { Delay: > 0 })
            return Error(ErrorCode.OutOfRange, Member.Delay, id, withMessage);
        Int128 sum = (Int128)a + b;
        return sum < long.MinValue || sum > long.MaxValue
            ? Error(ErrorCode.Overflow, Member.Other, id, withMessage)
            : $"{{\"Sum\":{sum}{Id(id)}}}\n";
    }

    private static string Error(ErrorCode code, Member member, long? id, bool withMessage)
    {
        (string name, string message) = code switch
        {
            ErrorCode.MissingMember => ("missing_member", $"{member} is missing"),
            ErrorCode.DuplicateMember => ("duplicate_member", $"{member} is there twice"),
            ErrorCode.NotAnInteger => ("not_an_integer", $"{member} is not a plain JSON integer"),
            ErrorCode.OutOfRange => ("out_of_range", member switch
            {
                Member.Id => "Id is outside 0 to 9223372036854775807",
                Member.Delay => "Delay is longer than allowed, or negative",
                _ => $"{member} is outside the signed 64-bit range",
            }),
            ErrorCode.Overflow => ("overflow", "A + B is outside the 64-bit range"),
            ErrorCode.TooDeep => ("too_deep", "nested deeper than 8"),
            ErrorCode.MessageTooLong => ("message_too_long", "longer than 4096 bytes"),
            ErrorCode.Truncated => ("truncated", "the message ended in the middle"),
            _ => ("invalid_json", "not a JSON object in UTF-8"),
        };
        return $"{{\"Error\":\"{name}\"{(withMessage ? $",\"Message\":\"{message}\"" : "")}{Id(id)}}}\n";
    }

    private static string Id(long? id) => id is null ? "" : $",\"Id\":{id}";
}
