using System.Text;
using SumSocket.Protocol;
using SumSocket.Tests.Protocol;
using Xunit;

namespace SumSocket.Tests.Fuzzing;

/// <summary>Streams of requests and answers, good and bad, in any pieces, against the oracles.</summary>
public sealed class CodecFuzzTests(ITestOutputHelper output)
{
    private static readonly Response[] _room = new Response[7];

    // rule T1, rule O1, rule O4
    [Fact]
    public void Requests_in_any_pieces_are_what_the_oracle_reads()
    {
        int seed = Fuzz.Seed(output), cases = Fuzz.Cases(40_000);
        StreamGenerator generator = new(seed);
        Random random = new(seed);
        Dictionary<string, int> reached = [];
        for (int i = 0; i < cases; i++)
        {
            ReadOnlySpan<byte> stream = generator.Next();
            List<Outcome> expected = RequestOracle.AllOf(stream);
            List<Outcome> whole = Outcome.AllOf(stream);
            int[] cuts = Cuts(random, stream.Length);
            List<Outcome> pieces = Outcome.AllOf(stream, cuts);
            if (!whole.SequenceEqual(pieces) || !expected.SequenceEqual(whole.Select(WithoutBrokenEnd)))
                Assert.Fail(Difference("Requests", seed, i, cuts, stream, expected, whole, pieces));
            Outcome last = expected[^1].Status == DecodeStatus.NeedMore && expected.Count > 1 ? expected[^2] : expected[^1];
            Count(reached, $"{last.Status} {last.Error.Code}{(last.Probe is null ? "" : " probe")}");
        }

        Fuzz.Report(output, cases, reached);
        Assert.Contains("Message None probe", reached.Keys);
    }

    // rule M4, rule E2, rule O4
    [Fact]
    public void Answers_in_any_pieces_are_what_the_oracle_reads()
    {
        int seed = Fuzz.Seed(output), cases = Fuzz.Cases(40_000);
        AnswerGenerator generator = new(seed);
        Random random = new(seed);
        Dictionary<string, int> reached = [];
        for (int i = 0; i < cases; i++)
        {
            ReadOnlySpan<byte> stream = generator.Next();
            List<AnswerOutcome> expected = AnswerOracle.AllOf(stream);
            int[] cuts = Cuts(random, stream.Length);
            List<AnswerOutcome> reports = ReadOneByOne(stream, cuts);
            List<AnswerOutcome> many = ReadMany(stream, cuts, _room.AsSpan(0, random.Next(1, _room.Length)));
            if (!expected.SequenceEqual(reports) || !WithoutPaths(expected).SequenceEqual(many))
                Assert.Fail(Difference("Answers", seed, i, cuts, stream, expected, reports, many));
            AnswerOutcome first = expected[0];
            Count(reached, $"{first.Status} {first.Answer.Error}{(first.Path is null ? "" : " path")}");
        }

        Fuzz.Report(output, cases, reached);
        Assert.Contains("Message None path", reached.Keys);
        Assert.Contains("Message Unknown", reached.Keys);
    }

    /// <summary>None, a few, or one behind each byte.</summary>
    private static int[] Cuts(Random random, int length) => random.Next(8) switch
    {
        0 => [.. Enumerable.Range(0, length)],
        _ => [.. Enumerable.Range(0, random.Next(5)).Select(_ => random.Next(length + 1)).Order()],
    };

    private static Outcome WithoutBrokenEnd(Outcome one) => one.Status == DecodeStatus.Broken ? one with { End = -1 } : one;

    /// <summary>What is known of answers that were taken together.</summary>
    private static List<AnswerOutcome> WithoutPaths(List<AnswerOutcome> all) =>
        [.. all.Select(one => one with { Path = null, End = one.Status == DecodeStatus.Message ? 0 : one.End })];

    private static List<AnswerOutcome> ReadOneByOne(ReadOnlySpan<byte> stream, int[] cuts)
    {
        List<AnswerOutcome> all = [];
        ProbeResponseDecoder decoder = new();
        int at = 0;
        for (int piece = 0; piece <= cuts.Length; piece++)
        {
            int end = piece < cuts.Length ? cuts[piece] : stream.Length;
            while (at < end)
            {
                DecodeStatus status = decoder.Decode(stream[at..end], out int taken, out Response answer, out PathReport? path);
                at += taken;
                if (status == DecodeStatus.NeedMore)
                    break;
                all.Add(new AnswerOutcome(status, answer, path, status == DecodeStatus.Broken ? -1 : at));
                if (status == DecodeStatus.Broken)
                    return all;
            }
        }

        all.Add(new AnswerOutcome(DecodeStatus.NeedMore, default, null, at));
        return all;
    }

    /// <summary>With the call that a client makes, as many at a time as there is room for.</summary>
    private static List<AnswerOutcome> ReadMany(ReadOnlySpan<byte> stream, int[] cuts, Span<Response> room)
    {
        List<AnswerOutcome> all = [];
        ResponseDecoder decoder = default;
        int at = 0;
        for (int piece = 0; piece <= cuts.Length; piece++)
        {
            int end = piece < cuts.Length ? cuts[piece] : stream.Length;
            while (at < end)
            {
                DecodeStatus status = decoder.Decode(stream[at..end], room, out int taken, out int count);
                foreach (Response answer in room[..count])
                    all.Add(new AnswerOutcome(DecodeStatus.Message, answer, null, 0));
                at += taken;
                if (status is DecodeStatus.Rejected or DecodeStatus.Broken)
                    all.Add(new AnswerOutcome(status, default, null, status == DecodeStatus.Broken ? -1 : at));
                if (status == DecodeStatus.Broken)
                    return all;
            }
        }

        all.Add(new AnswerOutcome(DecodeStatus.NeedMore, default, null, at));
        return all;
    }

    private static void Count(Dictionary<string, int> reached, string outcome) =>
        reached[outcome] = reached.GetValueOrDefault(outcome) + 1;

    private static string Difference<T>(
        string what, int seed, int index, int[] cuts, ReadOnlySpan<byte> stream, params List<T>[] readings) =>
        $"{what} differ on stream {index} of SUMSOCKET_TEST_SEED={seed}, cut at {string.Join(", ", cuts)}:\n"
        + $"{Encoding.Latin1.GetString(stream[..Math.Min(stream.Length, 600)])}\n"
        + string.Join("\n--\n", readings.Select(reading => string.Join('\n', reading)));
}
