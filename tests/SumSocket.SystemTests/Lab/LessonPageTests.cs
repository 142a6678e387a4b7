using System.Text;
using System.Text.RegularExpressions;
using SumSocket.SystemTests.Harness;

namespace SumSocket.SystemTests.Lab;

/// <summary>The pages of the lessons as a reader gets them: in a browser, in the light and the dark, on a phone and on paper.</summary>
public sealed class LessonPageTests
{
    [Theory(Timeout = 60_000)]
    [InlineData(1280, false)]
    [InlineData(400, true)]
    public async Task Each_can_be_read_by_all(int width, bool dark)
    {
        await using Chromium browser = await Chromium.StartAsync();
        foreach (string page in Lesson.Names.Select(name => Path.Combine(Lesson.Folder, name + ".html")))
        {
            await browser.OpenAsync(page, width, dark);

            (await browser.FindFaultsAsync()).Should().BeEmpty("axe looked at {0}", page);
            (await browser.EvaluateAsync("document.documentElement.scrollWidth")).GetInt32().Should()
                .BeLessThanOrEqualTo(width, "only tables and pictures of {0} scroll sideways", page);
            Regex.Count(Encoding.Latin1.GetString(await browser.PrintAsync()), @"/Type\s*/Page\b").Should().BeInRange(1, 8, page);
        }

        browser.Complaints.Should().BeEmpty();
        browser.Requests.Should().OnlyContain(address => address.StartsWith("file:") || address == "data:,");
    }
}
