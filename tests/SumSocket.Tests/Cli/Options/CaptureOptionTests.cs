using System.CommandLine;
using FluentAssertions;
using SumSocket.Cli;
using SumSocket.Cli.Options;
using Xunit;

namespace SumSocket.Tests.Cli.Options;

public sealed class CaptureOptionTests
{
    private readonly CaptureOption _capture = new();

    [Theory]
    [InlineData("x.pcap")]
    [InlineData("html")]
    [InlineData("")]
    public async Task A_file_that_is_of_no_known_kind_is_refused(string file)
    {
        using StringWriter error = new();

        int exitCode = await ConsoleProgram.RunAsync("TcpClient", Root(), ["--capture", file], error);

        exitCode.Should().Be(ExitCode.Usage);
        error.ToString().Should().Be(
            $"TcpClient: --capture: '{file}' is no kind of file that it writes: give FILE.pcapng or FILE.html (see --help)\n");
    }

    [Theory]
    [InlineData("x.pcapng", false)]
    [InlineData("X.HTML", true)]
    public void The_ending_of_the_file_says_what_it_becomes(string file, bool isPage)
    {
        _capture.Bind(Root().Parse(["--capture", file])).Should().Be(file);
        CaptureOption.IsPage(file).Should().Be(isPage);
    }

    private RootCommand Root()
    {
        RootCommand root = [_capture.Option];
        root.SetAction(_ => ExitCode.Success);
        return root;
    }
}
