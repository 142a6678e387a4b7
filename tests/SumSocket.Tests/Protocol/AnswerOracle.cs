using System.Globalization;
using System.Text.Json;
using SumSocket.Protocol;

namespace SumSocket.Tests.Protocol;

/// <summary>What one step of reading answers gives; the end of a broken one is -1.</summary>
internal readonly record struct AnswerOutcome(DecodeStatus Status, Response Answer, PathReport? Path, int End);

/// <summary>What a stream of answers means, by the rules M4, E2 and O4 of docs/protocol.md and <see cref="MessageOracle"/>.</summary>
internal static class AnswerOracle
{
    private static readonly string[] _codes =
    [
        "missing_member", "duplicate_member", "not_an_integer", "out_of_range", "overflow", "invalid_json", "too_deep", "message_too_long",
        "truncated", "timeout", "busy",
    ];

    private static readonly string[] _numbers =
        ["AgeMs", "Connection", "Key", "ReadTimeoutMs", "MaxLifetimeMs", "UserTimeoutMs", "Mss", "Pmtu", "RttUs", "Retransmits"];

    /// <summary>All answers of a stream, to its end or where it breaks.</summary>
    public static List<AnswerOutcome> AllOf(ReadOnlySpan<byte> stream)
    {
        List<AnswerOutcome> all = [];
        List<MessageMember> members = [];
        for (int at = 0; ;)
        {
            MessageEnd read = MessageOracle.Read(stream[at..], members, out int begin, out int end, out _);
            if (read != MessageEnd.Whole)
            {
                all.Add(read == MessageEnd.Broken
                    ? new AnswerOutcome(DecodeStatus.Broken, default, null, -1)
                    : new AnswerOutcome(DecodeStatus.NeedMore, default, null, stream.Length));
                return all;
            }

            AnswerOutcome one = Evaluate(members, at + end);
            all.Add(one.Status == DecodeStatus.Message ? one with { Path = ReadPath(stream[(at + begin)..(at + end)]) } : one);
            at += end;
        }
    }

    private static AnswerOutcome Evaluate(List<MessageMember> members, int end)
    {
        MessageMember[] sums = [.. members.Where(one => one.Name == "Sum")];
        MessageMember[] errors = [.. members.Where(one => one.Name == "Error")];
        MessageMember[] ids = [.. members.Where(one => one.Name == "Id")];
        bool isGood = sums.Length + errors.Length == 1 && ids.Length <= 1
            && sums.All(one => Integer(one) is not null) && ids.All(one => Integer(one) >= 0)
            && errors.All(one => one.Type == JsonTokenType.String);
        if (!isGood)
            return new AnswerOutcome(DecodeStatus.Rejected, default, null, end);
        long? id = ids.Length == 1 ? Integer(ids[0]) : null;
        if (sums.Length == 1)
            return new AnswerOutcome(DecodeStatus.Message, new Response(Integer(sums[0])!.Value, id), null, end);
        int known = Array.IndexOf(_codes, errors[0].Text);
        ErrorCode code = known < 0 ? ErrorCode.Unknown : ErrorCode.MissingMember + (byte)known;
        return new AnswerOutcome(DecodeStatus.Message, new Response(0, id, code), null, end);
    }

    private static long? Integer(in MessageMember member) =>
        member.Type == JsonTokenType.Number
        && long.TryParse(member.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) ? value : null;

    /// <summary>The report of an answer: the first <c>Path</c> that is an object. A text that is no Unicode spoils it.</summary>
    private static PathReport? ReadPath(ReadOnlySpan<byte> answer)
    {
        var reader = new Utf8JsonReader(answer);
        using JsonDocument document = JsonDocument.ParseValue(ref reader);
        try
        {
            foreach (JsonProperty member in document.RootElement.EnumerateObject())
            {
                if (member.NameEquals("Path") && member.Value.ValueKind == JsonValueKind.Object)
                    return Report(member.Value);
            }
        }
        catch (InvalidOperationException)
        {
            // half a character
        }

        return null;
    }

    private static PathReport Report(JsonElement path)
    {
        Dictionary<string, string?> texts = [];
        Dictionary<string, long?> numbers = [];
        foreach (JsonProperty member in path.EnumerateObject())
        {
            if (member.Value.ValueKind == JsonValueKind.String)
                texts[member.Name] = member.Value.GetString();
            else if (_numbers.Contains(member.Name)
                && member.Value.ValueKind == JsonValueKind.Number && member.Value.TryGetInt64(out long value))
                numbers[member.Name] = value < 0 || (value > 1_000_000_000_000 && member.Name != "Key") ? null : value;
        }

        return new PathReport
        {
            Peer = texts.GetValueOrDefault("Peer"),
            Local = texts.GetValueOrDefault("Local"),
            KeepAlive = texts.GetValueOrDefault("KeepAlive"),
            Proxy = texts.GetValueOrDefault("Proxy"),
            Tls = texts.GetValueOrDefault("Tls"),
            Ended = texts.GetValueOrDefault("Ended"),
            AgeMs = numbers.GetValueOrDefault("AgeMs"),
            Connection = numbers.GetValueOrDefault("Connection"),
            Key = numbers.GetValueOrDefault("Key"),
            ReadTimeoutMs = numbers.GetValueOrDefault("ReadTimeoutMs"),
            MaxLifetimeMs = numbers.GetValueOrDefault("MaxLifetimeMs"),
            UserTimeoutMs = numbers.GetValueOrDefault("UserTimeoutMs"),
            Mss = numbers.GetValueOrDefault("Mss"),
            Pmtu = numbers.GetValueOrDefault("Pmtu"),
            RttUs = numbers.GetValueOrDefault("RttUs"),
            Retransmits = numbers.GetValueOrDefault("Retransmits"),
        };
    }
}
