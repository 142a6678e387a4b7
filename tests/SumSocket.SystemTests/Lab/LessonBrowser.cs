using System.Text;
using System.Text.RegularExpressions;
using SumSocket.SystemTests.Harness;

namespace SumSocket.SystemTests.Lab;

/// <summary>One browser for the pages of all lessons: in the light and the dark, on a desk, on a phone and on paper.</summary>
public sealed class LessonBrowser : IAsyncLifetime
{
    private Chromium? _browser;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        if (Tools.InCi || Tools.IsThere("chromium"))
            _browser = await Chromium.StartAsync();
    }

    /// <summary>Fails when a page cannot be read by all.</summary>
    internal async Task CheckAsync(string page)
    {
        if (_browser is null)
            return;
        foreach ((int width, bool dark) in ((int, bool)[])[(1280, false), (400, true)])
        {
            await _browser.OpenAsync(page, width, dark);
            (await _browser.FindFaultsAsync()).Should().BeEmpty("axe looks for what keeps people out");
            (await _browser.EvaluateAsync("document.documentElement.scrollWidth")).GetInt32().Should()
                .BeLessThanOrEqualTo(width, "only tables and pictures scroll sideways");
        }

        Regex.Count(Encoding.Latin1.GetString(await _browser.PrintAsync()), @"/Type\s*/Page\b").Should().BeInRange(1, 12);
        _browser.Complaints.Should().BeEmpty();
        _browser.Requests.Should().OnlyContain(address => address.StartsWith("file:") || address == "data:,");
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _browser?.DisposeAsync() ?? ValueTask.CompletedTask;
}
