using System.Text.Json;
using FluentAssertions;
using SumSocket.Cli.Options;
using SumSocket.Commands.Idle;
using SumSocket.Measurement.Idle;
using SumSocket.Reports;
using SumSocket.Tests.Commands.Bench;
using Xunit;

namespace SumSocket.Tests.Commands.Idle;

public sealed class IdleJsonTests
{
    private static readonly JsonSchema _schema = JsonSchema.Read(Repository.File("docs/idle.schema.json"));
    private static readonly RunInfo _run = new("TcpClient", "1.0", "tcp", "h:1", IsLoopback: false);
    private static readonly IdlePlan _plan = new() { From = TimeSpan.FromSeconds(16), To = TimeSpan.FromSeconds(32), Resolution = 0.5 };

    [Fact]
    public void A_search_keeps_to_the_schema()
    {
        var search = new SilenceSearch(_plan, SilenceBreaker.Server);
        var alive = new SilenceSearch(_plan, search);
        IReadOnlyList<SilenceTry> tries = search.Next();
        search.Add(new SilenceResult(tries[0], SilenceEnd.Answered, tries[0].Silence));
        search.Add(new SilenceResult(tries[1], SilenceEnd.NoAnswer, tries[1].Silence) { Then = SilenceEnd.RstOnByte });
        SilenceTry longest = alive.Next()[^1];
        alive.Add(new SilenceResult(longest, SilenceEnd.Answered, longest.Silence));
        var server = new ServerKnowledge(IsReached: true) { KnowsPath = true, KnowsDelay = true, Lifetime = TimeSpan.FromHours(1) };
        IdleFindings found = new(_plan, server) { Searches = [search, alive], Hops = KnownHop.Tcp };

        JsonElement json = Write(new IdleOutcome(_run, Settings("lives>=20s"), server)
        {
            Verdict = IdleVerdict.Of(found),
            Found = found,
            Planned = TimeSpan.FromSeconds(60),
            Took = TimeSpan.FromSeconds(37),
        });

        _schema.Validate(json).Should().BeEmpty();
        JsonElement limit = json.GetProperty("limits")[0];
        (limit.GetProperty("lived_ms").GetDouble(), limit.GetProperty("died_ms").GetDouble()).Should().Be((16_000, 32_000));
        limit.GetProperty("keep_alive_helps").GetString().Should().Be("yes");
        limit.GetProperty("hops")[0].GetProperty("name").GetString().Should().Be("GCP TcpRoute");
        json.GetProperty("threshold").GetProperty("met").GetBoolean().Should().BeFalse();
    }

    [Fact]
    public void Holding_many_keeps_to_the_schema()
    {
        JsonElement json = Write(new IdleOutcome(_run, Settings() with { IsHold = true }, new ServerKnowledge(IsReached: true))
        {
            Verdict = ["ok"],
            Hold = new HoldResult(10, 9) { Lived = 7, Ends = [new(SilenceEnd.Rst, [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2)])] },
        });

        _schema.Validate(json).Should().BeEmpty();
        json.GetProperty("hold").GetProperty("ends")[0].GetProperty("end").GetString().Should().Be("rst");
        json.GetProperty("hold").GetProperty("ends")[0].GetProperty("curve").GetArrayLength().Should().Be(2);
    }

    [Theory]
    [InlineData(true, null, "9 ended with a FIN after 3 s, not by a limit of the server.")]
    [InlineData(true, 3, "9 ended with a FIN after 3 s, by the server itself.")]
    [InlineData(false, null, "9 ended with a FIN after 3 s.")]
    public void Of_many_that_ended_it_says_whether_the_server_did_it_and_how_to_go_on(bool knowsPath, int? limit, string end)
    {
        ServerKnowledge server = new(IsReached: true)
        {
            KnowsPath = knowsPath,
            ReadTimeout = limit is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        };
        HoldResult result = new(10, 10) { Lived = 1, Ends = [new(SilenceEnd.Fin, [.. Enumerable.Repeat(TimeSpan.FromSeconds(3), 9)])] };

        IdleTexts.Verdict(server, Settings(), result, SilenceBreaker.Client).Should().EndWith(
        [
            end, $"Without -c, idle --for 1s..{new Duration(Settings().Plan.To)} finds out how long one lives, and what helps.",
        ]);
    }

    [Theory]
    [InlineData("1s..1h", "1s..1h")]
    [InlineData("10m", "10m")]
    [InlineData("1h..1s", "1h..1s")] // refused with a better word than that it cannot be read
    [InlineData("1s..25h", null)]
    [InlineData("none", null)]
    [InlineData("1s..2s..3s", null)]
    [InlineData("1ms..1s", null)]
    public void Reads_a_range_of_silences(string text, string? read) =>
        (SilenceRange.TryParse(text, out SilenceRange range) ? range.ToString() : null).Should().Be(read);

    [Theory]
    [InlineData("5%", true)]
    [InlineData("0%", false)]
    [InlineData("51%", false)]
    [InlineData("5", false)]
    public void Reads_a_resolution(string text, bool isGood) => Percentage.TryParse(text, out _).Should().Be(isGood);

    [Theory]
    [InlineData("lives>=10m", 600.0)]
    [InlineData("lives >= 20s", 20.0)]
    [InlineData("lives<10m", null)]
    [InlineData("lives>=none", null)]
    public void Reads_a_threshold(string text, double? seconds) =>
        (IdleThreshold.TryParse(text, out IdleThreshold? threshold) ? threshold!.Silence.TotalSeconds : (double?)null).Should().Be(seconds);

    private static IdleSettings Settings(string? threshold = null) => new(_plan)
    {
        Threshold = threshold is not null && IdleThreshold.TryParse(threshold, out IdleThreshold? read) ? read : null,
    };

    private static JsonElement Write(IdleOutcome outcome)
    {
        using MemoryStream output = new();
        IdleJson.Of(outcome).Write(output);
        return JsonDocument.Parse(output.ToArray()).RootElement;
    }
}
