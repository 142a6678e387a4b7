using System.CommandLine;
using FluentAssertions;
using SumSocket.Cli;
using SumSocket.Cli.Options;
using Xunit;

namespace SumSocket.Tests.Cli;

public sealed class ConsoleProgramTests : IDisposable
{
    private readonly StringWriter _error = new();
    private readonly StringWriter _output = new();

    public void Dispose()
    {
        _error.Dispose();
        _output.Dispose();
    }

    [Theory]
    [InlineData("--port 99999", "Tool: --port: '99999' is not a port: give 1 to 65535 (see --help)")]
    [InlineData("--port 0", "Tool: --port: '0' is not a port: give 1 to 65535 (see --help)")]
    [InlineData("-p http", "Tool: --port: 'http' is not a port: give 1 to 65535 (see --help)")]
    [InlineData("-p 1 -p 2", "Tool: --port: is there more than once: give it once (see --help)")]
    [InlineData("--port", "Tool: --port: needs a value: give --port PORT (see --help)")]
    [InlineData("--prot 5", "Tool: unknown option '--prot': did you mean --port? (see --help)")]
    [InlineData("--verbsoe", "Tool: unknown option '--verbsoe': did you mean --verbose? (see --help)")]
    [InlineData("--fish", "Tool: unknown option '--fish' (see --help)")]
    [InlineData("--nope", "Tool: unknown option '--nope' (see --help)")]
    [InlineData("--nope 5", "Tool: unknown option '--nope' (see --help)")]
    [InlineData("--verb", "Tool: unknown option '--verb': did you mean --verbose? (see --help)")]
    [InlineData("fish", "Tool: unknown command or argument 'fish' (see --help)")]
    [InlineData("--wait soon", "Tool: --wait: 'soon' is not a duration: give 300ms, 10s, 1m30s, 2h, or none (see --help)")]
    [InlineData("--wait \u001b[31m", "Tool: --wait: '\\u001B[31m' is not a duration: give 300ms, 10s, 1m30s, 2h, or none (see --help)")]
    [InlineData("--log-level loud",
        "Tool: --log-level: 'loud' is not a level: give one of trace, debug, info, warning, error, critical, none (see --help)")]
    public async Task Says_in_one_line_what_is_wrong_and_what_would_be_right(string arguments, string expected)
    {
        int exitCode = await RunAsync(_ => 0, arguments.Split(' '));

        exitCode.Should().Be(ExitCode.Usage);
        _error.ToString().Should().Be(expected + Environment.NewLine);
        _output.ToString().Should().BeEmpty();
    }

    [Fact]
    public async Task Shows_the_default_and_meaning_of_every_option_in_the_help()
    {
        int exitCode = await RunAsync(_ => 0, "--help");

        exitCode.Should().Be(ExitCode.Success);
        _output.ToString().Should().Contain("-p, --port <PORT>").And.Contain("Port, 1 to 65535 [default: 5656]")
            .And.Contain("none = never) [default: 1m30s]").And.Contain("[default: info]");
        _error.ToString().Should().BeEmpty();
    }

    [Fact]
    public async Task Turns_a_failure_into_its_line_and_exit_code()
    {
        int exitCode = await RunAsync(_ => throw new CommandFailedException(ExitCode.Unreachable, "cannot listen"));

        exitCode.Should().Be(ExitCode.Unreachable);
        _error.ToString().Should().Be("Tool: cannot listen" + Environment.NewLine);
    }

    [Fact]
    public async Task Turns_a_fault_into_one_line_without_a_stack_trace()
    {
        int exitCode = await RunAsync(_ => throw new InvalidOperationException("first\nsecond"));

        exitCode.Should().Be(ExitCode.InternalFault);
        _error.ToString().Should().Be("Tool: internal fault: InvalidOperationException: first second" + Environment.NewLine);
    }

    [Fact]
    public async Task Ends_without_a_word_when_the_output_has_no_reader()
    {
        int exitCode = await RunAsync(_ => throw new IOException("Broken pipe", 32));

        exitCode.Should().Be(ExitCode.OutputClosed);
        _error.ToString().Should().BeEmpty();
    }

    [Fact]
    public async Task Says_that_the_output_is_full()
    {
        int exitCode = await RunAsync(_ => throw new IOException("No space left on device", 28));

        exitCode.Should().Be(ExitCode.AnswersMissing);
        _error.ToString().Should().Be("Tool: cannot read or write: No space left on device" + Environment.NewLine);
    }

    [Fact]
    public async Task Takes_neither_response_files_nor_directives()
    {
        (await RunAsync(_ => 0, "@/etc/hostname")).Should().Be(ExitCode.Usage);
        _error.ToString().Should().Contain("'@/etc/hostname'", "the file was not read");
        (await RunAsync(_ => 0, "[diagram]")).Should().Be(ExitCode.Usage);
    }

    private Task<int> RunAsync(Func<ParseResult, int> action, params string[] arguments)
    {
        RootCommand root = new("A tool.")
        {
            AddressOptions.Port(min: 1),
            CliOption.Duration("--wait", [], new Duration(TimeSpan.FromSeconds(90)), "How long", "never"),
        };
        new LogOptions(Microsoft.Extensions.Logging.LogLevel.Information, _ => "Less").AddTo(root);
        root.SetAction(action);
        return ConsoleProgram.RunAsync("Tool", root, arguments, _error, _output);
    }
}
