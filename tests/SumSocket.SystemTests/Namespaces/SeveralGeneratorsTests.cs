using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using HdrHistogram;
using HdrHistogram.Utilities;
using SumSocket.SystemTests.Harness;

namespace SumSocket.SystemTests.Namespaces;

/// <summary>Four load generators, each on a machine of its own, whose results are added up. HdrHistogram, which shares no code with the
/// bench, says what the percentiles of all samples together are.</summary>
public sealed class SeveralGeneratorsTests : IDisposable
{
    private const int Generators = 4;

    private readonly string _folder = Directory.CreateTempSubdirectory("sum-star-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact(Timeout = 60_000)]
    public async Task Their_merged_percentiles_are_those_of_all_samples_together()
    {
        await using NetworkStar network = await NetworkStar.CreateAsync(Generators);
        await using ServerProcess server = await network.StartServerAsync();
        string start = DateTimeOffset.UtcNow.AddSeconds(3).ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
        string[] results = [.. Enumerable.Range(0, Generators).Select(i => Path.Combine(_folder, $"{i}.json"))];
        ChildProcess[] benches = [.. results.Select((file, i) => network.StartClient(
            i, Programs.TcpClient, "bench", "--ip", NetworkStar.ServerAddress, "-p", $"{server.Port}", "-c", $"{4 + i}", "-r",
            $"{500 * (i + 1)}", "-d", "2s", "--warmup", "500ms", "--start-at", start, "--output", "json", "-o", file,
            "--hdr-log", file + ".hlog", "--interval", "500ms"))];
        foreach (ChildProcess bench in benches)
        {
            (await bench.ExitAsync()).Should().Be(0, bench.Error.Text);
            await bench.DisposeAsync();
        }

        string merged = Path.Combine(_folder, "all.json");
        await using ChildProcess report = await ChildProcess.RunAsync(
            Programs.TcpClient, ["report", "--merge", .. results, "-o", merged]);
        (await report.ExitAsync()).Should().Be(0, report.Error.Text);

        JsonElement all = Read(merged);
        JsonElement[] parts = [.. results.Select(Read)];
        foreach (string count in (string[])["planned", "sent", "ok"])
            all.GetProperty("totals").GetProperty(count).GetInt64().Should().Be(
                parts.Sum(part => part.GetProperty("totals").GetProperty(count).GetInt64()));
        all.GetProperty("totals").GetProperty("planned").GetInt64().Should().Be(2 * 500 * (1 + 2 + 3 + 4));
        all.GetProperty("series").EnumerateArray().Sum(one => one.GetProperty("ok").GetInt64()).Should()
            .Be(all.GetProperty("totals").GetProperty("ok").GetInt64());
        all.GetProperty("series").GetArrayLength().Should().BeInRange(
            4, 10, "intervals of the same time are one, and each of the four has four or more");
        foreach (string kind in (string[])["corrected", "uncorrected"])
            AssertSame(Times(all, kind), [.. parts.Select(part => Times(part, kind))]);
        AssertLogged(all, results);
        await server.StopAsync();
    }

    private static void AssertSame(JsonElement merged, JsonElement[] parts)
    {
        LongHistogram sum = new(1, TimeSpan.FromHours(1).Ticks, 3);
        foreach (JsonElement part in parts)
            sum.Add(Decode(part));

        Values(Decode(merged)).Should().Equal(Values(sum));
        merged.GetProperty("count").GetInt64().Should().Be(sum.TotalCount);
        foreach (double percent in (double[])[50, 90, 99, 99.9])
        {
            // The nearest rank, and of its bucket the middle, where that is no more than the longest.
            double rank = Math.Ceiling(sum.TotalCount * percent / 100 - 1e-9);
            long seen = 0;
            long ticks = Values(sum).First(one => (seen += one.Count) >= rank).Middle;
            double expected = Math.Min(ticks / 10.0, merged.GetProperty("max_us").GetDouble());
            string name = string.Create(CultureInfo.InvariantCulture, $"p{percent}_us");
            merged.GetProperty("percentiles").GetProperty(name).GetDouble().Should().Be(expected, name);
        }
    }

    /// <summary>The logs hold the same, in nanoseconds.</summary>
    private static void AssertLogged(JsonElement all, string[] results)
    {
        LongHistogram sum = new(1, TimeSpan.FromHours(2).Ticks * 100, 3);
        foreach (string file in results)
        {
            using FileStream log = File.OpenRead(file + ".hlog");
            foreach (HistogramBase one in new HistogramLogReader(log).ReadHistograms().Where(one => one.Tag is null))
                sum.Add(one);
        }

        JsonElement merged = Times(all, "corrected");
        sum.TotalCount.Should().Be(merged.GetProperty("count").GetInt64());
        double p90 = merged.GetProperty("percentiles").GetProperty("p90_us").GetDouble();
        (sum.GetValueAtPercentile(90) / 1e3).Should().BeApproximately(p90, p90 * 0.005);
    }

    private static JsonElement Read(string file) => JsonDocument.Parse(File.ReadAllText(file)).RootElement;

    private static JsonElement Times(JsonElement result, string kind) => result.GetProperty("latency").GetProperty(kind);

    /// <summary>Decompressed here: that package reads at most as much as one call for it returns.</summary>
    private static HistogramBase Decode(JsonElement times)
    {
        byte[] text = Convert.FromBase64String(times.GetProperty("histogram").GetString()!);
        using ZLibStream zlib = new(new MemoryStream(text[8..]), CompressionMode.Decompress);
        using MemoryStream plain = new();
        zlib.CopyTo(plain);
        return HistogramEncoding.DecodeFromByteBuffer(ByteBuffer.Allocate(plain.ToArray()), 0);
    }

    private static IEnumerable<(long Middle, long Count)> Values(HistogramBase histogram) => histogram.RecordedValues()
        .Where(one => one.CountAddedInThisIterationStep > 0)
        .Select(one => (histogram.MedianEquivalentValue(one.ValueIteratedTo), one.CountAddedInThisIterationStep));
}
