namespace SumSocket.Reports.Charts;

/// <summary>Maps values to places from 0 to 1, and has marks at some of them.</summary>
internal sealed class Axis
{
    private static readonly double[] _timeSteps =
    [
        0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14_400,
        43_200, 86_400,
    ];

    private readonly Func<double, double> _position;

    private Axis(Func<double, double> position, IEnumerable<Tick> ticks)
    {
        _position = position;
        Ticks = [.. ticks];
    }

    public IReadOnlyList<Tick> Ticks { get; }

    /// <summary>The place of a value; of one beyond an end, that end.</summary>
    public double Position(double value) => Math.Clamp(_position(value), 0, 1);

    /// <summary>From 0 to a round number that is not below the greatest value.</summary>
    public static Axis Linear(double max, Func<double?, string> label, bool isWhole = false)
    {
        double rough = Math.Max(max, 1e-9) / 4;
        double power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        double step = power * ((rough / power) switch { <= 1 => 1, <= 2 => 2, <= 2.5 => 2.5, <= 5 => 5, _ => 10 });
        if (isWhole)
            step = step switch { < 1 => 1, 2.5 => 5, _ => step };
        int steps = Math.Max((int)Math.Ceiling(max / step - 1e-9), 1);
        double top = steps * step;
        return new Axis(value => value / top, Enumerable.Range(0, steps + 1).Select(i => new Tick(i * step / top, label(i * step))));
    }

    /// <summary>From 0 to a time, in seconds.</summary>
    public static Axis Seconds(double end)
    {
        double length = Math.Max(end, 1e-3);
        double step = _timeSteps.FirstOrDefault(step => length / step <= 12, Math.Ceiling(length / 12 / 86_400) * 86_400);
        int last = (int)Math.Floor(length / step + 1e-9);
        return new Axis(
            value => value / length,
            Enumerable.Range(0, last + 1).Select(i => new Tick(i * step / length, SecondsLabel(i * step, step), i % 3 != 0)));
    }

    /// <summary>Times in microseconds on a logarithmic scale, between round numbers.</summary>
    public static Axis LogTime(double min, double max)
    {
        min = Math.Max(min, 0.1);
        (double minPower, double maxPower) = (PowerOfTen(min), PowerOfTen(Math.Max(max, 0.1)));
        double low = Math.Max(0.1, minPower * ((min / minPower) switch { >= 5 => 5, >= 2 => 2, _ => 1 }));
        double high = Math.Max(maxPower * ((max / maxPower) switch { <= 1.0000001 => 1, <= 2 => 2, <= 5 => 5, _ => 10 }), low * 10);
        double length = Math.Log10(high / low);
        int[] marks = length > 3 ? [1] : [1, 2, 5];
        IEnumerable<Tick> ticks =
            from power in Enumerable.Range((int)Math.Floor(Math.Log10(low) + 1e-9), (int)Math.Ceiling(length) + 2)
            from mark in marks
            let value = mark * Math.Pow(10, power)
            where value >= low * 0.999 && value <= high * 1.001
            select new Tick(Math.Log10(value / low) / length, RoundTime(value), mark != 1);
        return new Axis(value => Math.Log10(Math.Max(value, low) / low) / length, ticks);
    }

    /// <summary>Times in seconds that double, on a logarithmic scale with round times marked; it begins below the shortest, so that this
    /// one can be seen as a length.</summary>
    public static Axis Doubling(double min, double max)
    {
        double low = Math.Max(min, 1e-3) / 2;
        double high = Math.Max(max, low * 4) * 1.02;
        double length = Math.Log(high / low);
        return new Axis(Place, _timeSteps.Where(step => step >= low && step <= high && step is not (30 or 1800)).Select(step => new Tick(
            Place(step), SecondsLabel(step, step), IsMinor: step is not (0.1 or 1 or 10 or 60 or 600 or 3600 or 43_200))));

        double Place(double value) => Math.Log(Math.Max(value, low) / low) / length;
    }

    /// <summary>Shares in percent from 0 to 100, with marks where there is room for them.</summary>
    public static Axis Share() => new(
        percent => percent / 100,
        ((double[])[0, 25, 50, 75, 90, 100]).Select(percent => new Tick(percent / 100, Figures.Percent(percent), percent is 25 or 75)));

    /// <summary>Percent of so many samples, each nine as wide as the first: a logarithmic scale of the rest, down to one sample.</summary>
    public static Axis Nines(long count)
    {
        double nines = Math.Log10(Math.Max(count, 10));
        double[] whole = [0, 50, 75, 90, .. Enumerable.Range(2, 11).Select(n => 100 - 100 * Math.Pow(10, -n))];
        IEnumerable<Tick> ticks = whole.Select(
            percent => new Tick(Place(percent), Figures.Invariant($"{percent:0.##########} %"), IsMinor: percent is 50 or 75));
        return new Axis(Place, ticks.Where(tick => tick.At <= 1.0001));

        double Place(double percent) => percent >= 100 ? 1 : -Math.Log10(1 - percent / 100) / nines;
    }

    /// <summary>Lanes of equal width from the top down, each marked in its middle.</summary>
    public static Axis Lanes(IReadOnlyList<string> names) =>
        new(place => place, names.Select((name, i) => new Tick(1 - (i + 0.5) / names.Count, name)));

    private static double PowerOfTen(double value) => Math.Pow(10, Math.Floor(Math.Log10(value) + 1e-9));

    private static string RoundTime(double microseconds) => microseconds switch
    {
        >= 999_999 => Figures.Invariant($"{microseconds / 1e6:#,##0} s"),
        >= 999.9 => Figures.Invariant($"{microseconds / 1e3:0} ms"),
        _ => Figures.Invariant($"{microseconds:0.#} µs"),
    };

    private static string SecondsLabel(double seconds, double step) => step switch
    {
        _ when seconds == 0 => "0",
        >= 3600 => Figures.Invariant($"{seconds / 3600:0.#} h"),
        >= 60 => Figures.Invariant($"{seconds / 60:0.#} min"),
        _ => Figures.Invariant($"{seconds:0.###} s"),
    };
}

/// <summary>A mark on an axis; the label of a minor one is left out first where there is little room.</summary>
internal readonly record struct Tick(double At, string Label, bool IsMinor = false);
