using System.Text;
using System.Text.Json;
using FluentAssertions;
using SumSocket.Reports;
using SumSocket.Reports.Page;
using SumSocket.Reports.Reading;
using SumSocket.Tests.Commands.Bench;
using Xunit;

namespace SumSocket.Tests.Reports;

/// <summary>The documents of idle and storm, both ways.</summary>
public class RunFileTests
{
    public static TheoryData<string> Samples => ["idle.json", "hold.json", "storm.json"];

    [Theory]
    [MemberData(nameof(Samples))]
    public void What_was_read_is_written_again_byte_for_byte_and_has_the_same_page(string name)
    {
        RecordedRun run = SampleRuns.Make(name);
        byte[] json = SampleRuns.Json(run);

        RecordedRun read = ResultFile.Read(json, name);

        Encoding.UTF8.GetString(SampleRuns.Json(read)).Should().Be(Encoding.UTF8.GetString(json));
        (read.Name, read.GetType()).Should().Be((name, run.GetType()));
        Page(read).Should().Be(Page(run));
    }

    /// <summary>The suites that run the programs read these files. SAMPLES=write in the environment writes them anew.</summary>
    [Theory]
    [MemberData(nameof(Samples))]
    public void The_samples_are_what_this_version_writes(string name)
    {
        string file = Repository.File($"tests/samples/{name}");
        byte[] json = SampleRuns.Json(SampleRuns.Make(name));
        if (Environment.GetEnvironmentVariable("SAMPLES") == "write")
            File.WriteAllBytes(file, json);

        File.ReadAllText(file).Should().Be(Encoding.UTF8.GetString(json));
        JsonElement root = JsonDocument.Parse(json).RootElement;
        JsonSchema.Read(Repository.File($"docs/{root.GetProperty("type").GetString()}.schema.json")).Validate(root).Should().BeEmpty();
    }

    [Theory]
    [InlineData("idle.json", "program", "machine", "started_at")]
    [InlineData("hold.json", "program", "machine", "curve")]
    [InlineData("storm.json", "program", "machine", "started_at")]
    public void A_result_of_an_earlier_version_has_a_page_too(string name, params string[] unknown)
    {
        string json = Encoding.UTF8.GetString(SampleRuns.Json(SampleRuns.Make(name)));
        foreach (string member in unknown)
            json = json.Replace($"\"{member}\":", $"\"x_{member}\":", StringComparison.Ordinal);
        if (name == "storm.json")
            json.Should().Contain("\"curve\":");

        Page(ResultFile.Read(Encoding.UTF8.GetBytes(json), name)).Should().EndWith("</html>").And.NotContain("sample<");
    }

    [Theory]
    [InlineData("idle.json", "\"schema_version\": 1", "\"schema_version\": 2", "its schema version is 2, and only 1 is known here")]
    [InlineData("idle.json", "\"from_ms\":", "\"from\":", "from_ms: is missing")]
    [InlineData("idle.json", "\"from_ms\": 1000", "\"from_ms\": -1", "from_ms: is no number, or none that can be")]
    [InlineData("idle.json", "\"from_ms\": 1000", "\"from_ms\": 1e300", "from_ms: is no number, or none that can be")]
    [InlineData("idle.json", "\"mode\": \"search\"", "\"mode\": \"hold\"", "hold: is missing")]
    [InlineData("idle.json", "\"mode\": \"search\"", "\"mode\": 0", "mode: is no value of the kind that belongs there")]
    [InlineData(
        "idle.json", "\"end\": \"rst_on_byte\"", "\"end\": \"\\u001b[2J\"", "limits[0].end: is no value of the kind that belongs there")]
    [InlineData("idle.json", "\"silences\": [", "\"silences\": [null,", "silences[0]: is missing")]
    [InlineData("idle.json", "\"verdict\": [", "\"verdict\": [null,", "verdict[0]: is missing")]
    [InlineData("idle.json", "\"text\": \"answered\"", "\"text\": null", "silences[0].text: is no value of the kind that belongs there")]
    [InlineData("hold.json", "\"count\": 2000", "\"count\": 2000.5", "hold.ends[0].count: is no count, or none that can be")]
    [InlineData("storm.json", "\"rounds\": [", "\"rounds\": [null,", "rounds[0]: is missing")]
    [InlineData("storm.json", "\"cut\": \"rst\"", "\"cut\": \"pull\"", "asked.cut: is no value of the kind that belongs there")]
    [InlineData("storm.json", "\"all\":", "\"one\":", "all: is missing")]
    [InlineData("storm.json", "\"back\":", "\"front\":", "opening.back: is missing")]
    [InlineData("storm.json", "\"refused\": 0", "\"refused\": null", "opening.failed.refused: is missing")]
    public void What_is_no_result_is_refused_and_named(string name, string part, string changed, string refusal)
    {
        string json = Encoding.UTF8.GetString(SampleRuns.Json(SampleRuns.Make(name)));
        int at = json.IndexOf(part, StringComparison.Ordinal);
        at.Should().BePositive();
        byte[] bad = Encoding.UTF8.GetBytes(string.Concat(json.AsSpan(0, at), changed, json.AsSpan(at + part.Length)));

        ((Action)(() => ResultFile.Read(bad, ""))).Should().Throw<InvalidDataException>().WithMessage(refusal);
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void One_with_any_byte_changed_is_read_or_refused_and_nothing_else(string name)
    {
        byte[] json = SampleRuns.Json(SampleRuns.Make(name));
        Random random = new(6);
        for (int i = 0; i < 300; i++)
        {
            byte[] changed = [.. json];
            changed[random.Next(changed.Length)] = (byte)random.Next(256);
            try
            {
                Page(ResultFile.Read(changed, ""));
            }
            catch (Exception e) when (e is InvalidDataException or JsonException)
            {
            }
        }
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void Extreme_numbers_have_a_page(string name)
    {
        string json = Encoding.UTF8.GetString(SampleRuns.Json(SampleRuns.Make(name)));
        foreach (string number in (string[])["0", "30000000000", "0.0001"])
        {
            string times = System.Text.RegularExpressions.Regex.Replace(json, "(_ms|_us)\": [0-9.]+", $"$1\": {number}");
            string count = number[0] == '3' ? "1000000000000000" : "0";
            string counts = System.Text.RegularExpressions.Regex.Replace(
                json, "(back|cut|clients|count|connected|lived|ended|attempts)\": [0-9]+", $"$1\": {count}");
            foreach (string text in (string[])[times, counts])
                Page(ResultFile.Read(Encoding.UTF8.GetBytes(text), name)).Should().EndWith("</html>").And.NotContainAny("NaN", "∞");
        }
    }

    private static string Page(RecordedRun run)
    {
        using MemoryStream page = new();
        ReportPage.Write(page, run);
        return Encoding.UTF8.GetString(page.ToArray());
    }
}
