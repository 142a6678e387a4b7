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
