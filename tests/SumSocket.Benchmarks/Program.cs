using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

// In this process: by default each benchmark is a project of its own, restored and built anew, which a locked restore refuses.
// "--job dry" runs each once, to see that it still works; every other measurement takes the default.
bool dry = args.Contains("dry", StringComparer.OrdinalIgnoreCase);
Job job = (dry ? Job.Dry : Job.Default).WithToolchain(InProcessEmitToolchain.Instance);
string[] rest = dry ? [.. args.Where(arg => arg is not "--job" and not "dry")] : args;
Summary[] summaries = [.. BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(rest, DefaultConfig.Instance.AddJob(job))];
bool isGood = summaries.Length > 0 && summaries.All(summary => !summary.HasCriticalValidationErrors
    && summary.Reports.Length == summary.BenchmarksCases.Length && summary.Reports.All(report => report.Success));
return isGood ? 0 : 1;
