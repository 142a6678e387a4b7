namespace SumSocket.Reports.Charts;

/// <summary>What a chart shows. Places are 0 to 1, from the left and from the bottom.</summary>
internal sealed record Chart
{
    /// <summary>Its id on the page.</summary>
    public required string Id { get; init; }

    /// <summary>What it is called.</summary>
    public required string Title { get; init; }

    /// <summary>What it shows, in a sentence or two: what those get who do not see it.</summary>
    public required string Summary { get; init; }

    /// <summary>The axis below.</summary>
    public required Axis X { get; init; }

    /// <summary>The axis at the left.</summary>
    public required Axis Y { get; init; }

    /// <summary>Times to shade behind it all.</summary>
    public IReadOnlyList<ChartBand> Bands { get; init; } = [];

    /// <summary>Filled shapes, each of one class.</summary>
    public IReadOnlyList<ChartPath> Areas { get; init; } = [];

    /// <summary>Lines over them.</summary>
    public IReadOnlyList<ChartPath> Lines { get; init; } = [];

    /// <summary>What to tell where the pointer is.</summary>
    public IReadOnlyList<ChartHit> Hits { get; init; } = [];

    /// <summary>Which charts have the same axis below and tell of the same places: what is pointed at in one is marked in all.</summary>
    public string Group { get; init; } = "time";

    /// <summary>Whether it is less high than others.</summary>
    public bool IsLow { get; init; }
}

/// <summary>A mark on an axis.</summary>
/// <param name="At">Where, 0 to 1.</param>
/// <param name="Label">What it says.</param>
/// <param name="IsMinor">Whether its label goes first where there is little room.</param>
internal readonly record struct Tick(double At, string Label, bool IsMinor = false);

/// <summary>A range to shade from top to bottom.</summary>
/// <param name="From">Where it begins, 0 to 1.</param>
/// <param name="To">Where it ends.</param>
/// <param name="Css">Its classes.</param>
internal readonly record struct ChartBand(double From, double To, string Css);

/// <summary>A line or a filled shape.</summary>
/// <param name="Css">Its classes.</param>
/// <param name="Data">Its path, 0 to 1000 from the left and from the top.</param>
/// <param name="Legend">What it stands for; null when the legend has it already.</param>
internal readonly record struct ChartPath(string Css, string Data, string? Legend);

/// <summary>A range with something to tell.</summary>
/// <param name="From">Where it begins, 0 to 1.</param>
/// <param name="To">Where it ends.</param>
/// <param name="Text">A line or more.</param>
internal readonly record struct ChartHit(double From, double To, string Text);
