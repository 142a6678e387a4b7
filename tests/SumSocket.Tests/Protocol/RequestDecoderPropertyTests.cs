using System.Text;
using FluentAssertions;
using SumSocket.Protocol;
using Xunit;

namespace SumSocket.Tests.Protocol;

/// <summary>The decoder against <see cref="RequestOracle"/>.</summary>
public sealed class RequestDecoderPropertyTests(ITestOutputHelper output)
{
    [Fact]
    public void Agrees_with_the_oracle_on_a_million_streams_on_the_fast_path_and_off_it()
    {
        int seed = Fuzz.Seed(output);
        int streams = Fuzz.Cases(1_000_000);
        var generator = new StreamGenerator(seed);
        var reached = new Dictionary<(DecodeStatus, ErrorCode), int>();
        for (int i = 0; i < streams; i++)
        {
            ReadOnlySpan<byte> stream = generator.Next();
            var decoder = new RequestDecoder();
            var strict = new RequestDecoder();
            Outcome expected;
            for (int at = 0; at < stream.Length; at += expected.End)
            {
                ReadOnlySpan<byte> rest = stream[at..];
                expected = RequestOracle.Next(rest);
                DecodeStatus status = decoder.Decode(rest, out int consumed, out Request request);
                Compare(expected, Outcome.Of(status, request, decoder, consumed), "Decode", seed, i, rest);
                status = strict.DecodeAnyShape(rest, out consumed, out request);
                Compare(expected, Outcome.Of(status, request, strict, consumed), "DecodeAnyShape", seed, i, rest);

                (DecodeStatus, ErrorCode) kind = (expected.Status, expected.Error.Code);
                reached[kind] = reached.GetValueOrDefault(kind) + 1;
                if (expected.Status is DecodeStatus.Broken)
                    break;
            }
        }

        foreach (((DecodeStatus status, ErrorCode code), int count) in reached.OrderBy(pair => pair.Key))
            output.WriteLine($"{status} {code}: {count}");
        reached.Keys.Should().BeEquivalentTo([
            (DecodeStatus.Message, ErrorCode.None), (DecodeStatus.NeedMore, ErrorCode.None), (DecodeStatus.NeedMore, ErrorCode.Truncated),
            (DecodeStatus.Rejected, ErrorCode.MissingMember), (DecodeStatus.Rejected, ErrorCode.DuplicateMember),
            (DecodeStatus.Rejected, ErrorCode.NotAnInteger), (DecodeStatus.Rejected, ErrorCode.OutOfRange),
            (DecodeStatus.Broken, ErrorCode.InvalidJson), (DecodeStatus.Broken, ErrorCode.TooDeep),
            (DecodeStatus.Broken, ErrorCode.MessageTooLong),
        ]);
        reached.Values.Should(
            ).OnlyContain(count => count >= streams / 2000, "a generator that rarely reaches an outcome proves little about it");
    }

    private static void Compare(Outcome expected, Outcome actual, string path, int seed, int index, ReadOnlySpan<byte> stream)
    {
        if (expected.Status == DecodeStatus.Broken)
            actual = actual with { End = expected.End }; // where it stopped is for the tests of cuts
        if (actual == expected)
            return;
        string text = Encoding.Latin1.GetString(stream[..Math.Min(stream.Length, 300)]);
        Assert.Fail($"{path} differs on stream {index} of SUMSOCKET_TEST_SEED={seed}:\n{text}\nexpected {expected}\nactual   {actual}");
    }
}
