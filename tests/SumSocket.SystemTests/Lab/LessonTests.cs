using System.Text.RegularExpressions;

namespace SumSocket.SystemTests.Lab;

/// <summary>Plays the lessons of docs/lab and holds them to what they claim; its README.md says how to write one.</summary>
public sealed class LessonTests(LessonBrowser browser) : IClassFixture<LessonBrowser>
{
    private const int LongestPage = 100_000;

    /// <summary>LAB_LESSONS names some of them, with blanks between; else it is all.</summary>
    public static TheoryData<string> Names { get; } = [.. Lesson.Names.Where(name =>
        Environment.GetEnvironmentVariable("LAB_LESSONS") is not { Length: > 0 } wanted
        || wanted.Split(' ').Any(one => name.StartsWith(one, StringComparison.Ordinal)))];

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Names))]
    public async Task A_lesson_is_as_it_claims(string name)
    {
        Lesson lesson = Lesson.Read(name);
        bool isKept = Environment.GetEnvironmentVariable("LAB_WRITE") == "1";
        string folder = Directory.CreateTempSubdirectory("lab-").FullName;
        try
        {
            Evidence evidence = await LessonRun.PlayAsync(lesson, folder);
            List<(string, string)> measured = lesson.Claims.ConvertAll(claim => (claim, Claim.Check(claim, evidence)));
            string page = Path.Combine(folder, name + ".html");
            string html = await File.ReadAllTextAsync(page, TestContext.Current.CancellationToken);
            html.Should().Contain("<li class=\"out").And.Contain("<li class=\"back");
            html.Length.Should().BeLessThan(LongestPage);
            await browser.CheckAsync(page);
            if (!isKept)
                return;
            LessonText.Renew(lesson, page, measured);
            foreach (string file in Directory.GetFiles(folder))
                File.Copy(file, Path.Combine(Lesson.Folder, Path.GetFileName(file)), overwrite: true);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Each_run_has_its_text_and_each_text_leads_to_code_that_exists()
    {
        string[] texts = Directory.GetFiles(Lesson.Folder, "??-*.md");
        texts.Select(file => Path.GetFileNameWithoutExtension(file)).Should().Contain(Lesson.Names);
        foreach (string text in texts)
        {
            MatchCollection links = Regex.Matches(File.ReadAllText(text), @"\[`(?<symbol>[^`]+)`\]\((?<file>\.\./[^)]+)\)");
            links.Should().NotBeEmpty("{0} leads to our code", text);
            foreach (Match link in links)
            {
                string file = Path.Combine(Lesson.Folder, link.Groups["file"].Value);
                File.ReadAllText(file).Should().Contain(link.Groups["symbol"].Value.Split('.')[^1], "{0} is there", link.Value);
            }
        }
    }
}
