using SumSocket.Reports.Html;

namespace SumSocket.Reports.Page;

/// <summary>The few figures of a single run that most come for.</summary>
internal static class Tiles
{
    public static void Write(HtmlWriter page, ReportedRun run)
    {
        using (page.Open("dl", ("class", "tiles")))
        {
            foreach (ComparedFigure figure in ComparedFigure.For([run]).Where(figure => !figure.Name.EndsWith("uncorrected", StringComparison.Ordinal)))
            {
                double? value = figure.Read(run.Result);
                using (page.Open("div"))
                {
                    page.Element("dt", figure.Name);
                    using (page.Open("dd"))
                        page.Data(value, figure.Show(value));
                }
            }
        }
    }
}
