using SumSocket.SystemTests.Harness;

namespace SumSocket.SystemTests.Reports;

/// <summary>The pictures of the README, which docs/pictures/make makes from the runs beside it.</summary>
public sealed class PictureTests : IDisposable
{
    private const int Most = 200_000;

    private readonly string _folder = Directory.CreateTempSubdirectory("sumsocket-pictures-").FullName;

    [Fact(Timeout = 120_000)]
    public async Task They_can_be_made_again_and_are_small()
    {
        foreach (string tool in (string[])["chromium", "perl"])
            Tools.Require(tool);
        string folder = Path.Combine(Programs.Root, "docs", "pictures");

        await using ChildProcess make = ChildProcess.Start(
            "env", [$"PATH={Programs.SearchPath}", Path.Combine(folder, "make"), "to", _folder]);

        (await make.ExitAsync(TimeSpan.FromMinutes(1))).Should().Be(0, make.Error.Text);
        string live = await File.ReadAllTextAsync(Path.Combine(_folder, "live.svg"));
        live.Should().Be(await File.ReadAllTextAsync(Path.Combine(folder, "live.svg"))).And.NotContain("<script");
        // Their bytes depend on the browser and its fonts.
        foreach (string name in (string[])["live.svg", "report-light.png", "report-dark.png"])
        {
            new FileInfo(Path.Combine(_folder, name)).Length.Should().BeInRange(10_000, Most, name);
            new FileInfo(Path.Combine(folder, name)).Length.Should().BeInRange(10_000, Most, name);
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
