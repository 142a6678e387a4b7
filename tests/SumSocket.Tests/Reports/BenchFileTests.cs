using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using FluentAssertions;
using SumSocket.Cli;
using SumSocket.Commands.Report;
using SumSocket.Reports;
using SumSocket.Reports.Page;
using SumSocket.Reports.Reading;
using SumSocket.Tests.Commands.Bench;
using Xunit;

namespace SumSocket.Tests.Reports;

public class BenchFileTests
{
    public static TheoryData<string> Samples => ["open.json", "slower.json", "closed.json"];

    [Theory]
    [MemberData(nameof(Samples))]
    public void What_was_read_is_written_again_byte_for_byte(string name)
    {
        byte[] json = SampleBench.Json(Make(name));

        RecordedBench read = SampleBench.Read(json, name);

        Encoding.UTF8.GetString(SampleBench.Json(read)).Should().Be(Encoding.UTF8.GetString(json));
        read.Name.Should().Be(name);
    }

    [Fact]
    public void So_is_a_run_with_connects()
    {
        byte[] json = SampleBench.Json(SampleBench.WithConnects());

        Encoding.UTF8.GetString(SampleBench.Json(SampleBench.Read(json, ""))).Should().Be(Encoding.UTF8.GetString(json));
        Refusal(Encoding.UTF8.GetString(json).Replace("\"first_answer\":", "\"last_answer\":", StringComparison.Ordinal)).Should()
            .Be("connects.first_answer: is missing");
    }

    [Fact]
    public void A_class_that_its_version_did_not_know_has_no_requests()
    {
        SampleBench.Read(Change("\"end_of_stream\": 0,", ""), "").Result.Totals.EndOfStream.Should().Be(0);
        Refusal(Encoding.UTF8.GetString(Change("\"ok\":", "\"good\":"))).Should().Be("totals.planned: is not the sum of the outcomes");
    }

    [Fact]
    public void A_result_of_a_version_without_retries_has_none()
    {
        string json = Encoding.UTF8.GetString(SampleBench.Json(SampleBench.Closed()));
        SampleBench.Read(Encoding.UTF8.GetBytes(json), "").Result.Totals.Retried.Should().BePositive();

        string older = Regex.Replace(json, ",\\s*\"retried\": [0-9]+", "");

        SampleBench.Read(Encoding.UTF8.GetBytes(older), "").Result.Totals.Retried.Should().Be(0);
    }

    [Fact]
    public void A_run_that_never_connected_is_read_too() =>
        SampleBench.Read(SampleBench.Json(SampleBench.Unreachable()), "").Result.Series.Should().BeEmpty();

    /// <summary>The suites that run the programs read these files. SAMPLES=write in the environment writes them anew.</summary>
    [Theory]
    [MemberData(nameof(Samples))]
    public void The_samples_are_what_this_version_writes(string name)
    {
        string file = Path.Combine(ThisFolder(), "..", "..", "samples", name);
        byte[] json = SampleBench.Json(Make(name), indented: false);
        if (Environment.GetEnvironmentVariable("SAMPLES") == "write")
            File.WriteAllBytes(file, json);

        File.ReadAllText(file).Should().Be(Encoding.UTF8.GetString(json));
        JsonSchema schema = JsonSchema.Read(Path.Combine(ThisFolder(), "..", "..", "..", "docs", "bench.schema.json"));
        schema.Validate(JsonDocument.Parse(json).RootElement).Should().BeEmpty();
    }

    [Fact]
    public void The_last_line_of_ndjson_is_the_result()
    {
        string result = Encoding.UTF8.GetString(SampleBench.Json(SampleBench.Closed())).ReplaceLineEndings("");
        string interval = """{"schema_version":1,"type":"interval","start_s":0}""";

        SampleBench.Read(Encoding.UTF8.GetBytes($"{interval}\n{interval}\n{result}\n"), "").Result.Totals.Ok.Should().BePositive();
        Refusal($"{interval}\n{interval}\n").Should().Be("intervals, but not the result that ends them");
    }

    [Fact]
    public void Files_of_the_same_name_are_called_by_their_paths() => ReportCommand
        .Distinguish([SampleBench.Open(), SampleBench.Closed(), SampleBench.Open()], ["before/open.json", "closed.json", "after/open.json"])
        .Select(run => run.Name).Should().Equal("before/open.json", "closed.json", "after/open.json");

    [Fact]
    public void A_byte_order_mark_is_passed_over() =>
        SampleBench.Read([.. "\uFEFF"u8, .. SampleBench.Json(SampleBench.Unreachable())], "").ExitCode.Should().Be(5);

    [Fact]
    public void Members_of_later_versions_are_passed_over() =>
        SampleBench.Read(Change("\"type\": \"result\",", "\"type\": \"result\", \"colour\": {\"of\": [\"the\", \"sky\"]},"), "").ExitCode
            .Should().Be(0);

    [Theory]
    [InlineData("\"schema_version\": 1,", "\"schema_version\": 2,", "its schema version is 2, and only 1 is known here")]
    [InlineData("\"schema_version\": 1,", "", "schema_version: is missing")]
    [InlineData("\"type\": \"result\"", "\"type\": \"summary\"", "type: is not result")]
    [InlineData("\"end\": \"complete\"", "\"end\": \"\\u001b[2J\"", "end: '\\u001B[2J' is no way to end")]
    [InlineData("\"max_us\":", "\"least_us\":", "latency.uncorrected.max_us: is missing")]
    [InlineData("\"late\": 0,", "", "totals.late: is missing")]
    [InlineData("\"end\": \"complete\"", "\"end\": 7", "end: is no value of the kind that belongs there")]
    [InlineData("\"end\": \"complete\"", "\"end\": \"\\ud800\"", "end: is no value of the kind that belongs there")]
    [InlineData("\"loopback\": false", "\"loopback\": 0", "target.loopback: is no value of the kind that belongs there")]
    [InlineData("\"connections\": 50", "\"connections\": -50", "asked.connections: is no count, or none that can be")]
    [InlineData("\"connections\": 50", "\"connections\": 50.5", "asked.connections: is no count, or none that can be")]
    [InlineData("\"duration_s\": 20", "\"duration_s\": 1e30", "asked.duration_s: is no number, or none that can be")]
    [InlineData("\"from_us\": ", "\"from_us\": -", "latency.uncorrected.buckets[0].from_us: is no number, or none that can be")]
    [InlineData("\"p90_us\"", "\"p190_us\"", "latency.uncorrected.percentiles: 'p190_us' is no percentile")]
    [InlineData("\"p90_us\"", "\"p90\\u0000_us\"", "latency.uncorrected.percentiles: 'p90\\u0000_us' is no percentile")]
    [InlineData("\"wrong\": 0", "\"wrong\": 3", "totals.planned: is not the sum of the outcomes")]
    [InlineData("\"started_at\": \"2026-11-22T", "\"started_at\": \"2026-11-32T", "started_at: is no date and time")]
    [InlineData("\"series\": [", "\"series\": 5, \"ignored\": [", "series: is no value of the kind that belongs there")]
    [InlineData("\"path\": {", "\"path\": [], \"ignored\": {", "path: is no value of the kind that belongs there")]
    public void What_is_no_result_is_refused_and_named(string part, string changed, string refusal) =>
        Refusal(Encoding.UTF8.GetString(Change(part, changed))).Should().Be(refusal);

    [Theory]
    [InlineData("", "it is empty")]
    [InlineData("[]", "schema_version: is missing")]
    [InlineData("{}", "schema_version: is missing")]
    [InlineData("null", "schema_version: is missing")]
    public void So_is_something_else(string json, string refusal) => Refusal(json).Should().Be(refusal);

    [Fact]
    public void A_result_cut_anywhere_is_no_JSON()
    {
        byte[] json = SampleBench.Json(SampleBench.Closed());
        Random random = new(5);
        for (int i = 0; i < 50; i++)
        {
            byte[] cut = json[..random.Next(1, json.Length - 1)];
            ((Action)(() => SampleBench.Read(cut, ""))).Should().Throw<JsonException>();
        }
    }

    [Fact]
    public void A_result_with_any_one_byte_changed_is_read_or_refused_and_nothing_else()
    {
        byte[] json = SampleBench.Json(SampleBench.Unreachable());
        Random random = new(6);
        for (int i = 0; i < 3000; i++)
        {
            byte[] changed = [.. json];
            changed[random.Next(changed.Length)] = (byte)random.Next(256);
            try
            {
                ReportPage.Write(Stream.Null, [SampleBench.Read(changed, "")]);
            }
            catch (Exception e) when (e is InvalidDataException or JsonException)
            {
            }
        }
    }

    [Theory]
    [InlineData("/nowhere/a.json", "report: '/nowhere/a.json' is not there")]
    [InlineData("", "report: '' is not there")]
    [InlineData("/", "report: '/' cannot be read")]
    public void A_file_that_cannot_be_read_is_wrong_usage(string file, string refusal) =>
        ((Action)(() => ResultFile.Read(file))).Should().Throw<CommandFailedException>().WithMessage(refusal).Which.ExitCode.Should()
            .Be(ExitCode.Usage);

    private static RecordedBench Make(string name) => name switch
    {
        "closed.json" => SampleBench.Closed(),
        "slower.json" => SampleBench.Open(seed: 2, scale: 1.6, gone: 9, name),
        _ => SampleBench.Open(),
    };

    private static byte[] Change(string part, string changed)
    {
        string json = Encoding.UTF8.GetString(SampleBench.Json(SampleBench.Closed()));
        int at = json.IndexOf(part, StringComparison.Ordinal);
        at.Should().BePositive();
        return Encoding.UTF8.GetBytes(string.Concat(json.AsSpan(0, at), changed, json.AsSpan(at + part.Length)));
    }

    private static string Refusal(string json) =>
        ((Action)(() => SampleBench.Read(Encoding.UTF8.GetBytes(json), ""))).Should().Throw<InvalidDataException>().Which.Message;

    private static string ThisFolder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
