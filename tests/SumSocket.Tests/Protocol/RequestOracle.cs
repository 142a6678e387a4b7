using System.Globalization;
using System.Text.Json;
using SumSocket.Protocol;
using SumSocket.Protocol.Json;

namespace SumSocket.Tests.Protocol;

/// <summary>What a stream of requests means, by the rules of docs/protocol.md and <see cref="MessageOracle"/>.</summary>
internal static class RequestOracle
{
    private static readonly string[] _names = ["A", "B", "Id", "Delay"];
    private static readonly Member[] _members = [Member.A, Member.B, Member.Id, Member.Delay];
    private static readonly long[] _least = [long.MinValue, long.MinValue, 0, 0];
    private static readonly long[] _most = [long.MaxValue, long.MaxValue, long.MaxValue, 86_400_000];

    [ThreadStatic]
    private static List<MessageMember>? _read;

    private struct Seen
    {
        public int Count;
        public bool NotInteger;
        public bool OutOfRange;
        public long Value;
    }

    /// <summary>All messages of a stream, and what is open at its end. <see cref="Outcome.End"/> counts from the stream's start.</summary>
    public static List<Outcome> AllOf(ReadOnlySpan<byte> stream)
    {
        List<Outcome> all = [];
        for (int at = 0; ;)
        {
            Outcome next = Next(stream[at..]);
            at += next.End;
            all.Add(next.Status == DecodeStatus.Broken ? next : next with { End = at });
            if (next.Status is DecodeStatus.Broken or DecodeStatus.NeedMore)
                return all;
        }
    }

    /// <summary>What the decoder must say about a stream that starts between two messages.</summary>
    public static Outcome Next(ReadOnlySpan<byte> stream)
    {
        List<MessageMember> members = _read ??= [];
        MessageEnd read = MessageOracle.Read(stream, members, out _, out int end, out string error);
        Span<Seen> seen = stackalloc Seen[_names.Length];
        PathQuery path = default;
        foreach (MessageMember member in members)
        {
            int i = Array.IndexOf(_names, member.Name);
            if (i >= 0)
                Take(ref seen[i], member, _least[i], _most[i]);
            else if (member.Name == "Path" && member.Type == JsonTokenType.True)
                path = new PathQuery(IsAsked: true);
            else if (member is { Name: "Path", Type: JsonTokenType.Number }
                && IsPlain(member.Text) && ToLong(member.Text) is > 0 and { } key)
                path = new PathQuery(IsAsked: true, key);
        }

        return read switch
        {
            MessageEnd.Blank => new Outcome(DecodeStatus.NeedMore, default, default, end),
            MessageEnd.Open => new Outcome(
                DecodeStatus.NeedMore, default, new ProtocolError(ErrorCode.Truncated, Member.Other, IdOf(seen)), end),
            MessageEnd.Whole => Evaluate(seen, path, end),
            // Where exactly the decoder stops in a broken message is its own affair, as long as every cut agrees.
            _ => new Outcome(DecodeStatus.Broken, default, new ProtocolError(CodeOf(error), Member.Other, IdOf(seen)), -1),
        };
    }

    private static void Take(ref Seen seen, in MessageMember member, long least, long most)
    {
        seen.Count++;
        if (member.Type != JsonTokenType.Number || !IsPlain(member.Text))
            seen.NotInteger = true;
        else if (ToLong(member.Text) is { } value && value >= least && value <= most)
            seen.Value = value;
        else
            seen.OutOfRange = true;
    }

    private static bool IsPlain(string number) => !number.AsSpan().ContainsAny(".eE");

    private static long? ToLong(string number) =>
        long.TryParse(number, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) ? value : null;

    private static ErrorCode CodeOf(string name) => name switch
    {
        "too_deep" => ErrorCode.TooDeep,
        "message_too_long" => ErrorCode.MessageTooLong,
        _ => ErrorCode.InvalidJson,
    };

    private static Outcome Evaluate(ReadOnlySpan<Seen> seen, PathQuery path, int end)
    {
        ErrorCode[] codes = [ErrorCode.MissingMember, ErrorCode.DuplicateMember, ErrorCode.NotAnInteger, ErrorCode.OutOfRange];
        foreach (ErrorCode code in codes)
        {
            for (int i = 0; i < seen.Length; i++)
            {
                bool applies = code switch
                {
                    ErrorCode.MissingMember => seen[i].Count == 0 && i < 2,
                    ErrorCode.DuplicateMember => seen[i].Count > 1,
                    ErrorCode.NotAnInteger => seen[i].NotInteger,
                    _ => seen[i].OutOfRange,
                };
                if (applies)
                    return new Outcome(DecodeStatus.Rejected, default, new ProtocolError(code, _members[i], IdOf(seen)), end);
            }
        }

        var probe = new RequestProbe((int)seen[3].Value, path);
        return new Outcome(DecodeStatus.Message, new Request(seen[0].Value, seen[1].Value, IdOf(seen)), default, end)
        {
            Probe = probe == default ? null : probe,
        };
    }

    private static long? IdOf(ReadOnlySpan<Seen> seen) =>
        seen[2] is { Count: 1, NotInteger: false, OutOfRange: false } id ? id.Value : null;
}
