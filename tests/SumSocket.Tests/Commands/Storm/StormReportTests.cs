using System.CommandLine;
using System.Text;
using System.Text.Json;
using FluentAssertions;
using SumSocket.Apps;
using SumSocket.Cli;
using SumSocket.Commands;
using SumSocket.Commands.Storm;
using SumSocket.Measurement.Storm;
using SumSocket.Reports;
using SumSocket.Tests.Commands.Bench;
using SumSocket.Tests.Measurement.Storm;
using Xunit;

namespace SumSocket.Tests.Commands.Storm;

/// <summary>The options of a storm and what it prints.</summary>
public sealed class StormReportTests
{
    private static readonly JsonSchema _schema = JsonSchema.Read(Repository.File("docs/storm.schema.json"));

    private static readonly StormOptions _options = new() { Rounds = 2, Thresholds = [Threshold("back99<2s"), Threshold("connects>5k")] };

    private static readonly StormResult _result = new(
        _options, StormRoundTests.Round(1_000, 1_000),
        [StormRoundTests.Round(1_000, 1_000), StormRoundTests.Round(1_000, 998, (StormOutcome.Refused, 40))]);

    [Fact]
    public void The_object_is_as_the_schema_says()
    {
        JsonElement json = Json(_result);

        _schema.Validate(json).Should().BeEmpty();
        json.GetProperty("rounds").GetArrayLength().Should().Be(2);
        JsonElement second = json.GetProperty("rounds")[1];
        second.GetProperty("back50_us").GetDouble().Should().Be(500_000);
        second.GetProperty("back100_us").ValueKind.Should().Be(JsonValueKind.Null);
        second.GetProperty("failed").GetProperty("refused").GetInt64().Should().Be(40);
        JsonElement end = second.GetProperty("curve").EnumerateArray().Last();
        (end.GetProperty("time_us").GetDouble(), end.GetProperty("back").GetInt32()).Should().Be((998_000, 998));
        json.GetProperty("all").GetProperty("not_back").GetInt32().Should().Be(2);
        json.GetProperty("thresholds")[0].GetProperty("actual").GetDouble().Should().Be(990_000);
        _schema.Validate(Json(new StormResult(_options, _result.Opening, []) { IsInterrupted = true })).Should().BeEmpty();
    }

    [Fact]
    public void The_schema_refuses_what_it_does_not_describe()
    {
        string good = Json(_result).GetRawText();

        foreach ((string right, string wrong) in ((string, string)[])
            [("\"not_back\"", "\"gone\""), ("\"refused\"", "\"denied\""), ("\"storm\"", "\"path\""), ("\"fin\"", "\"end\"")])
            _schema.Validate(JsonDocument.Parse(good.Replace(right, wrong)).RootElement).Should().NotBeEmpty(wrong);
    }

    [Fact]
    public void The_text_has_a_row_for_each_round_and_ends_with_the_verdict()
    {
        string[] lines = StormText.Of(_result).TrimEnd('\n').Split('\n');

        lines.Should().ContainMatch("round 1 * 0.50 s  0.90 s  0.99 s  1.00 s * 1,000 * 1,000 * 0 * 0");
        lines.Should().ContainMatch("round 2 * 0.50 s  0.90 s  0.99 s *never * 1,000 * 1,038 * 40 * 2");
        lines.Should().Contain("failed       40 refused").And.Contain("threshold    ✗ connects>5k (1,000)");
        lines[^1].Should().Be(
            "in round 2, 2 of 1,000 were not back 1.00 s after the cut (half after 0.50 s), with 2,038 attempts: 40 refused");
    }

    [Theory]
    [InlineData(0, 0.5, false, "connecting: 250 of 1,000 connected after 0.5 s")]
    [InlineData(1, 0.5, false, "round 1 of 2: 250 of 1,000 back after 0.5 s")]
    [InlineData(1, 0, true, "round 1 of 2: all 1,000 connected; waiting for the server to go")]
    public void A_snapshot_says_how_many_are_back(int round, double seconds, bool byServer, string expected) => StormText
        .Snapshot(
            new StormProgress(round, 1_000, 250, TimeSpan.FromSeconds(seconds)),
            _options with { Cut = byServer ? StormCut.Server : StormCut.Fin, Rounds = 2 })
        .Should().Be(expected);

    [Theory]
    [InlineData(0, 80)]
    [InlineData(1, 80)]
    [InlineData(1, 20)]
    public void The_live_line_fits_the_terminal(int round, int width)
    {
        StormText.Live(new StormProgress(round, 1_000, 250, TimeSpan.FromSeconds(0.5)), _options, width).Length.Should()
            .BeLessThanOrEqualTo(width);
    }

    [Fact]
    public void The_options_mean_what_they_say()
    {
        (ParseResult parsed, StormCommand storm) = Parse(
            "storm -c 2k --cut server --rounds 1 --back-off 50ms..1m --no-jitter --give-up 5s --threshold busy<1 --threshold back50<1s");

        parsed.Errors.Should().BeEmpty();
        storm.Bind(parsed).Should().BeEquivalentTo(new StormOptions
        {
            Connections = 2_000,
            Cut = StormCut.Server,
            Rounds = 1,
            InitialBackOff = TimeSpan.FromMilliseconds(50),
            MaxBackOff = TimeSpan.FromMinutes(1),
            HasJitter = false,
            GiveUp = TimeSpan.FromSeconds(5),
            Thresholds = [Threshold("busy<1"), Threshold("back50<1s")],
        });
    }

    [Theory]
    [InlineData("--back-off 1s", "--back-off: '1s' is not a range of pauses")]
    [InlineData("--back-off 2s..1s", "--back-off: '2s..1s' is not a range of pauses")]
    [InlineData("--threshold back101<1s", "--threshold: 'back101<1s' is not a threshold")]
    [InlineData("--threshold back50<1", null)]
    [InlineData("--threshold errors<1", "--threshold: 'errors<1' is not a threshold")]
    [InlineData("--cut pull", "--cut: 'pull' is none of fin, rst, server")]
    [InlineData("--cut server --loopback", "--cut server: the server of --loopback is never restarted")]
    [InlineData("--give-up none", "--give-up: 'none' is not a duration")]
    public void Wrong_usage_is_refused_in_one_line(string arguments, string? error)
    {
        IEnumerable<string> errors = Parse($"storm {arguments}").Parsed.Errors.Select(one => one.Message);
        if (error is null)
            errors.Should().BeEmpty();
        else
            errors.Should().ContainSingle().Which.Should().StartWith(error);
    }

    [Fact]
    public void More_connections_than_files_are_refused_ahead_of_the_first()
    {
        Action tooMany = () => OpenFiles.ThrowIfFew("-c 1000", 2_000, 100, 1_024);

        tooMany.Should().Throw<CommandFailedException>()
            .WithMessage("-c 1000 needs about 2164 files, and this process may open 1024: raise ulimit -n, or give fewer")
            .Which.ExitCode.Should().Be(ExitCode.Usage);
        OpenFiles.ThrowIfFew("-c 1000", 1_000, 100, 1_164);
        OpenFiles.ThrowIfFew("-c 1000000", 1_000_000, 100, null);
    }

    private static StormThreshold Threshold(string text) =>
        StormThresholdText.TryParse(text, out StormThreshold threshold) ? threshold : throw new ArgumentException(text);

    private static JsonElement Json(StormResult result)
    {
        using MemoryStream output = new();
        RunInfo run = new("TcpClient", "1.0", "tcp", "127.0.0.1:5656", IsLoopback: false);
        StormJson.Of(new StormSetting(run, DateTimeOffset.UnixEpoch, _options), result, exitCode: 1).Write(output);
        return JsonDocument.Parse(Encoding.UTF8.GetString(output.ToArray())).RootElement;
    }

    private static (ParseResult Parsed, StormCommand Storm) Parse(string arguments)
    {
        TcpClientProgram program = new();
        ConnectOptions connect = new(program);
        StormCommand storm = new(connect, program.Bind);
        RootCommand root = new() { storm.Create() };
        return (root.Parse(arguments), storm);
    }
}
