using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using SumSocket.Apps;
using SumSocket.Cli;
using SumSocket.Commands;
using SumSocket.Tests.Commands.Bench;
using SumSocket.Tests.Reports;
using Xunit;

namespace SumSocket.Tests.Fuzzing;

/// <summary>
/// Results of bench, idle and storm with members and values changed, given to the <c>report</c> command. The published schemas are the
/// oracle: what they allow is never refused for its form. What is not refused has a page of well-formed XML or a result that is valid.
/// </summary>
public sealed class ResultFuzzTests(ITestOutputHelper output) : IDisposable
{
    private static readonly UTF8Encoding _strict = new(false, throwOnInvalidBytes: true);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sumsocket-result-fuzz");
    private readonly Dictionary<string, int> _reached = [];

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Report_shows_or_refuses_in_a_line_whatever_a_file_holds()
    {
        int seed = Fuzz.Seed(output), cases = Fuzz.Cases(120);
        Random random = new(seed);
        JsonMutator mutator = new(random);
        (string Type, byte[] Json)[] samples =
        [
            ("bench", SampleBench.Json(SampleBench.WithConnects())), ("bench", SampleBench.Json(SampleBench.Unreachable())),
            .. ((string[])["idle.json", "hold.json", "storm.json", "open.json", "closed.json"]).Select(name => (
                name is "open.json" or "closed.json" ? "bench" : name == "storm.json" ? "storm" : "idle",
                File.ReadAllBytes(Repository.File("tests/samples", name)))),
        ];
        byte[][] benches = [.. samples.Where(one => one.Type == "bench").Select(one => one.Json)];
        Dictionary<string, JsonSchema> schemas = ((string[])["bench", "idle", "storm"])
            .ToDictionary(type => type, type => JsonSchema.Read(Repository.File($"docs/{type}.schema.json")));
        (string a, string b) = (PathOf("a.json"), PathOf("b.json"));
        for (int i = 0; i < cases; i++)
        {
            (string type, byte[] sample) = samples[random.Next(samples.Length)];
            byte[] changed = mutator.Change(sample);
            await File.WriteAllBytesAsync(a, changed);
            bool isMerge = type == "bench" && random.Next(2) == 0;
            await File.WriteAllBytesAsync(b, isMerge ? FromElsewhere(sample) : benches[random.Next(benches.Length)]);
            string result = PathOf(random.Next(2) == 0 ? "all.html" : "all.json");
            string[] arguments = isMerge ? ["report", "--merge", a, b, "-o", result]
                : type == "bench" && random.Next(2) == 0 ? ["report", b, a, "-o", result = PathOf("all.html")]
                : ["report", a, "-o", result = PathOf("all.html")];
            string? fault = await RunAsync(arguments, changed, result, schemas, type);
            if (fault is not null)
            {
                string kept = Path.Combine(Path.GetTempPath(), $"sumsocket-result-{seed}-{i}.json");
                File.Copy(a, kept, overwrite: true);
                Assert.Fail($"Result {i} of SUMSOCKET_TEST_SEED={seed}, kept as {kept}, {string.Join(' ', arguments[..^2])}: {fault}");
            }
        }

        Fuzz.Report(output, cases, _reached);
        Assert.Contains("refused", _reached.Keys);
        Assert.Contains("shown", _reached.Keys);
    }

    /// <summary>The same from another host, so that both can be added up.</summary>
    private static byte[] FromElsewhere(byte[] json) =>
        Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(json).Replace("\"sample\"", "\"another\"", StringComparison.Ordinal));

    /// <returns>What is wrong with what came of it; null when nothing is.</returns>
    private async Task<string?> RunAsync(
        string[] arguments, byte[] changed, string result, Dictionary<string, JsonSchema> schemas, string type)
    {
        File.Delete(result);
        using StringWriter error = new();
        TcpClientProgram program = new();
        int exitCode = await ConsoleProgram.RunAsync(
            program.ProgramName, ClientCommand.Create(program, arguments), arguments, error, TextWriter.Null);
        string said = error.ToString();
        if (exitCode == ExitCode.Usage)
        {
            Count("refused");
            bool isLine = said.StartsWith("TcpClient: report: ", StringComparison.Ordinal) && said.AsSpan().TrimEnd('\n').IndexOf('\n') < 0;
            if (!isLine || said.Any(c => char.IsControl(c) && c != '\n'))
                return $"it was refused with '{said}'";
            bool isForm = said.Contains("belongs there", StringComparison.Ordinal) || said.Contains("not JSON", StringComparison.Ordinal)
                || (said.Contains("is missing", StringComparison.Ordinal) && !said.Contains("hold: ", StringComparison.Ordinal)
                    && !said.Contains("all: ", StringComparison.Ordinal));
            return isForm && IsAllowed(changed, schemas[type]) ? $"its schema allows it, but: {said}" : null;
        }

        if (exitCode is not (ExitCode.Success or ExitCode.AnswersMissing or ExitCode.ThresholdMissed or ExitCode.WrongAnswer
            or ExitCode.Unreachable))
            return $"exit code {exitCode}, '{said}'";
        string text = await File.ReadAllTextAsync(result);
        if (result.EndsWith(".json", StringComparison.Ordinal))
        {
            Count("added up");
            IReadOnlyList<string> faults = schemas["bench"].Validate(JsonDocument.Parse(text).RootElement);
            return faults.Count == 0 ? null : $"the sum breaks its schema: {faults[0]}";
        }

        Count("shown");
        XElement page = XDocument.Parse(text.Replace("<!DOCTYPE html>", "", StringComparison.Ordinal)).Root!;
        return page.Descendants("script").Count() <= 1 ? null : "a text of the file became markup";
    }

    private static bool IsAllowed(byte[] json, JsonSchema schema)
    {
        try
        {
            return schema.Validate(JsonDocument.Parse(_strict.GetString(json)).RootElement).Count == 0;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or DecoderFallbackException) // no JSON, or no Unicode
        {
            return false;
        }
    }

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);

    private void Count(string outcome) => _reached[outcome] = _reached.GetValueOrDefault(outcome) + 1;
}
