using SumSocket.SystemTests.Harness;

namespace SumSocket.SystemTests.Processes;

/// <summary>What <c>dotnet run</c> builds, and when: of a small program with the build settings of ours.</summary>
public sealed class FirstRunTests : IDisposable
{
    private static readonly TimeSpan _build = TimeSpan.FromMinutes(4); // on a busy machine

    private readonly string _folder = Directory.CreateTempSubdirectory("sumsocket-first-").FullName;

    public FirstRunTests()
    {
        Directory.CreateDirectory(At("src/small"));
        foreach (string settings in (string[])["Directory.Build.props", ".editorconfig", "src/Program.props", "src/Package.props"])
            File.Copy(Path.Combine(Programs.Root, settings), At(settings));
        File.WriteAllText(
            At("src/small/small.csproj"), "<Project Sdk=\"Microsoft.NET.Sdk\"><Import Project=\"../Program.props\" /></Project>");
        // The namespaces that our programs import.
        File.WriteAllLines(
            At("src/small/Namespaces.cs"),
            ((string[])["System.CommandLine", "Microsoft.Extensions.Logging", "SumSocket.Apps", "SumSocket.Cli", "SumSocket.Cli.Options"])
                .Select(name => $"namespace {name} {{ internal static class Empty; }}"));
        Write("hello");
    }

    [Fact(Timeout = 900_000)]
    public async Task It_says_what_it_builds_builds_after_a_change_only_and_leaves_the_analyzers_to_a_build()
    {
        Tools.Require("dotnet");

        (await RunAsync()).Should().Equal("hello", "building small and what it needs: this takes a minute the first time", "built small");
        // A build would put it back.
        File.Delete(At("src/small/bin/Debug/net10.0/small.pdb"));
        (await RunAsync()).Should().Equal("hello");
        File.Exists(At("src/small/bin/Debug/net10.0/small.pdb")).Should().BeFalse("nothing has changed");
        Write("good bye");
        (await RunAsync()).Should().Equal("good bye", "built small");
        // What was written there would be overwritten by the program, which has a position of its own in the file.
        Write("written to a file");
        (await RunAsync("2> errors")).Should().Equal("written to a file");
        File.ReadAllText(At("src/small/errors")).Should().BeEmpty();

        await using ChildProcess build = InFolder("dotnet build");
        (await build.ExitAsync(_build)).Should().Be(1);
        build.Output.Text.Should().Contain("error IDE0005");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string At(string path) => Path.Combine(_folder, path);

    /// <summary>With a using too many, which is an error where analyzers run.</summary>
    private void Write(string word) =>
        File.WriteAllText(At("src/small/Program.cs"), $"using System.Text;\nConsole.WriteLine(\"{word}\");\n");

    /// <summary>As on a desk: in CI the packages that a project may have are locked.</summary>
    private ChildProcess InFolder(string command) => ChildProcess.Shell($"cd {At("src/small")} && CI= {command}");

    private async Task<string[]> RunAsync(string redirection = "")
    {
        await using ChildProcess run = InFolder($"dotnet run {redirection}");
        (await run.ExitAsync(_build)).Should().Be(0, run.Output.Text + run.Error.Text);
        return [.. run.Output.Lines, .. run.Error.Lines];
    }
}
