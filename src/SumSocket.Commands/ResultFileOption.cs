namespace SumSocket.Commands;

/// <summary>The option <c>-o</c>, the file that a result is written to. The form of a result is <c>--output</c>.</summary>
internal static class ResultFileOption
{
    private static readonly string[] _forms = ["text", "json", "ndjson", "csv", "html"];

    /// <param name="meaning">What is written.</param>
    /// <param name="forms">The values of the command's <c>--output</c>.</param>
    public static Option<string?> Create(string meaning, string[] forms) => new("--output-file", ["-o"])
    {
        Description = meaning,
        HelpName = "FILE",
        CustomParser = result =>
        {
            string file = result.Tokens[^1].Value;
            string form = forms.Contains(file, StringComparer.OrdinalIgnoreCase) ? $"--output {file}, or " : "";
            if (file.Length == 0)
                result.AddError("--output-file: '' is no file: give its name");
            else if (_forms.Contains(file, StringComparer.Ordinal))
                result.AddError($"-o: '{file}' is a form of results and no file: give {form}a file such as -o result.{file}");
            return file;
        },
    };
}
