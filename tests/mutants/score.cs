// Judges the mutants that Stryker.NET has put into an assembly, each with those of the unit tests that reach it:
//   dotnet run score.cs -- SUITE REPORT RESULTS [COUNT]
// SUITE is the test program (a .dll) with the mutated assembly beside it. REPORT is Stryker's JSON report, which lists the mutants. RESULTS
// is the folder for judged.tsv. COUNT takes that many mutants at random, with SUMSOCKET_TEST_SEED as the seed; by default all are judged.
//
// First each test class runs alone, and notes which mutants it reaches. RESULTS/reached.tsv keeps that for the next run with the same
// mutants. Then each mutant runs with the classes that reach it, those that are quick and reach few mutants first. It is killed by a class
// that fails twice, or that takes longer than a minute and five times its time.
#:property RestorePackagesWithLockFile=false
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

string suite = Path.GetFullPath(args[0]);
string results = Directory.CreateDirectory(args[2]).FullName;
int parallel = Number(Environment.GetEnvironmentVariable("MUTANTS_AT_ONCE") ?? "2");
string reachedFile = Path.Combine(results, "reached.tsv");
Random random = new(Number(Environment.GetEnvironmentVariable("SUMSOCKET_TEST_SEED") ?? "1"));

Mutant[] all = [.. ReadMutants(args[1])];
random.Shuffle(all);
Mutant[] chosen = args.Length > 3 ? all[..Math.Min(all.Length, Number(args[3]))] : all;

TestClass[] classes = File.Exists(reachedFile) ? [.. File.ReadLines(reachedFile).Select(TestClass.Parse)] : FindReached();
Console.WriteLine($"{all.Length} mutants, {chosen.Length} to be judged; {classes.Length} test classes reach one");

int judged = 0;
Stopwatch clock = Stopwatch.StartNew();
using (StreamWriter lines = new(Path.Combine(results, "judged.tsv")))
{
    InParallel(chosen, mutant =>
    {
        (mutant.Verdict, string by) = Judge(mutant);
        lock (lines)
        {
            lines.WriteLine($"{mutant.Verdict}\t{mutant.Place}\t{mutant.Kind}\t{mutant.Change}\t{by}");
            lines.Flush();
            if (++judged % 50 == 0)
                Console.WriteLine($"{judged} of {chosen.Length} in {clock.Elapsed.TotalMinutes:F1} min: {Score()}");
        }
    });
}

IEnumerable<Mutant> alive = chosen.Where(one => one.Verdict is Verdict.Survived or Verdict.NotReached);
foreach (Mutant mutant in alive.OrderBy(one => one.Place, StringComparer.Ordinal))
    Console.WriteLine($"{mutant.Verdict}\t{mutant.Place}\t{mutant.Kind}\t{mutant.Change}");
Console.WriteLine(Score());

TestClass[] FindReached()
{
    // Tests of exact costs would fail by the mutants' own bookkeeping, and those that read sources and pages run no mutant.
    Regex unfit = new("AllocationTests|CostTests|ArchitectureTests|RuleTests|OptionsPage");
    string[] names = [.. Run(60, [], "-list", "classes").Output.Split('\n').Select(line => line.Trim())
        .Where(line => line.StartsWith("SumSocket.", StringComparison.Ordinal) && !unfit.IsMatch(line))];
    ConcurrentBag<TestClass> found = [];
    InParallel(names, name =>
    {
        string coverage = $"sumsocket-coverage-{Guid.NewGuid():N}";
        Outcome plain = Run(60, [], "-class", name);
        if (plain.ExitCode != 0) // beside another one it may find an address taken
            plain = Run(60, [], "-class", name);
        Outcome traced = Run(60, [("STRYKER_COVERAGE_FILE", coverage + ".txt")], "-class", name);
        HashSet<int> reached = [];
        foreach (string file in Directory.GetFiles(Path.GetTempPath(), coverage + "*"))
        {
            reached.UnionWith(File.ReadAllText(file).Split(',', ';').Where(id => id.Length > 0).Select(Number));
            File.Delete(file);
        }

        if (plain.ExitCode != 0 || traced.TimedOut)
            Console.WriteLine($"left out: {name} {(traced.TimedOut ? "takes too long when it is traced" : "fails without a mutant")}");
        else if (reached.Count > 0)
            found.Add(new TestClass(name, plain.Time, reached));
    });
    File.WriteAllLines(reachedFile, found.Select(one => one.ToString()));
    return [.. found];
}

(Verdict, string By) Judge(Mutant mutant)
{
    TestClass[] reaching = [.. classes.Where(one => one.Reached.Contains(mutant.Id))
        .OrderBy(one => one.Reached.Count * (1 + one.Time.TotalSeconds))];
    int from = 0;
    for (int size = 3; from < reaching.Length; size = 20) // most fall to the first few
    {
        TestClass[] group = reaching[from..Math.Min(from + size, reaching.Length)];
        if (Kill(mutant, group) is { Verdict: not Verdict.Survived } kill)
            return kill;
        from += group.Length;
    }

    return (reaching.Length == 0 ? Verdict.NotReached : Verdict.Survived, "");
}

(Verdict Verdict, string By) Kill(Mutant mutant, TestClass[] group)
{
    (string, string)[] active = [("STRYKER_MUTANT_ID_CONTROL_VAR", "SUMSOCKET_MUTANT"), ("SUMSOCKET_MUTANT", $"{mutant.Id}")];
    while (group.Length > 0)
    {
        int seconds = 60 + (int)(5 * group.Sum(one => one.Time.TotalSeconds));
        Outcome outcome = Run(seconds, active, [.. group.SelectMany(one => (string[])["-class", one.Name]), "-stopOnFail"]);
        if (outcome.TimedOut)
            return (Verdict.TimedOut, group[0].Name);
        if (outcome.ExitCode == 0)
            break;
        Match failed = Regex.Match(outcome.Output, @"^\s+((SumSocket\.[\w.+]+)\.\w+).* \[FAIL\]", RegexOptions.Multiline);
        if (!failed.Success)
            return (Verdict.EndedTheProcess, group[0].Name);
        string name = failed.Groups[2].Value;
        if (Run(seconds, active, "-class", name) is { ExitCode: not 0 })
            return (Verdict.Killed, failed.Groups[1].Value);
        group = [.. group.Where(one => one.Name != name)]; // once is no proof
    }

    return (Verdict.Survived, "");
}

string Score()
{
    Verdict[] verdicts = [.. chosen.Where(one => one.Verdict != Verdict.None).Select(one => one.Verdict)];
    int killed = verdicts.Count(one => one is not Verdict.Survived and not Verdict.NotReached);
    string counts = string.Join(", ", verdicts.CountBy(one => one).OrderBy(pair => pair.Key).Select(pair => $"{pair.Key} {pair.Value}"));
    return $"{100.0 * killed / verdicts.Length:F1} % of {verdicts.Length} killed ({counts})";
}

void InParallel<T>(T[] items, Action<T> act) =>
    Parallel.ForEach(Partitioner.Create(items, loadBalance: true), new ParallelOptions { MaxDegreeOfParallelism = parallel }, act);

Outcome Run(int seconds, (string Name, string Value)[] environment, params string[] arguments)
{
    ProcessStartInfo start = new("dotnet", [suite, .. arguments, "-noColor"])
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        Environment = { ["DOTNET_TieredPGO"] = "0" }, // its instrumented code does not pay in some seconds
    };
    foreach ((string name, string value) in environment)
        start.Environment[name] = value;
    Stopwatch clock = Stopwatch.StartNew();
    using Process process = Process.Start(start)!;
    Task<string> output = process.StandardOutput.ReadToEndAsync();
    Task<string> errors = process.StandardError.ReadToEndAsync();
    bool timedOut = !process.WaitForExit(TimeSpan.FromSeconds(seconds));
    if (timedOut)
    {
        process.Kill(entireProcessTree: true);
        process.WaitForExit();
    }

    return new Outcome(process.ExitCode, timedOut, clock.Elapsed, output.Result + errors.Result);
}

// Those that Stryker could compile and did not leave out.
static IEnumerable<Mutant> ReadMutants(string report)
{
    using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(report));
    foreach (JsonProperty file in document.RootElement.GetProperty("files").EnumerateObject())
    {
        string[] source = file.Value.GetProperty("source").GetString()!.Split('\n');
        foreach (JsonElement mutant in file.Value.GetProperty("mutants").EnumerateArray())
        {
            if (mutant.GetProperty("status").GetString() is "CompileError" or "Ignored")
                continue;
            JsonElement start = mutant.GetProperty("location").GetProperty("start");
            int line = start.GetProperty("line").GetInt32();
            string replacement = Regex.Replace(mutant.GetProperty("replacement").GetString()!, @"\s+", " ");
            yield return new Mutant(Number(mutant.GetProperty("id").GetString()!),
                $"{Path.GetFileName(file.Name)}:{line}:{start.GetProperty("column").GetInt32()}",
                mutant.GetProperty("mutatorName").GetString()!, $"{source[line - 1].Trim()}  =>  {replacement}");
        }
    }
}

static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

internal enum Verdict { None, Killed, TimedOut, EndedTheProcess, Survived, NotReached }

internal readonly record struct Outcome(int ExitCode, bool TimedOut, TimeSpan Time, string Output);

internal sealed record TestClass(string Name, TimeSpan Time, HashSet<int> Reached)
{
    public static TestClass Parse(string line) => line.Split('\t') is [var name, var time, var reached]
        ? new TestClass(name, TimeSpan.Parse(time, CultureInfo.InvariantCulture), [.. reached.Split(',').Select(int.Parse)])
        : throw new FormatException(line);

    public override string ToString() => $"{Name}\t{Time:c}\t{string.Join(',', Reached)}";
}

internal sealed record Mutant(int Id, string Place, string Kind, string Change)
{
    public Verdict Verdict { get; set; }
}
