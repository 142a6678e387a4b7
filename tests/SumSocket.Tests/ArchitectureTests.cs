using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using FluentAssertions;
using Xunit;

namespace SumSocket.Tests;

/// <summary>Holds the rooms apart: who may refer to whom, and how long a file may grow.</summary>
public sealed class ArchitectureTests
{
    private static readonly Dictionary<string, string[]> _allowed = new()
    {
        ["SumSocket.Protocol"] = [],
        ["SumSocket.Sockets"] = [],
        ["SumSocket.Server"] = ["SumSocket.Protocol", "SumSocket.Sockets"],
        ["SumSocket.Client"] = ["SumSocket.Protocol", "SumSocket.Sockets"],
        ["SumSocket.Measurement"] = ["SumSocket.Client"],
        ["SumSocket.Cli"] = ["SumSocket.Sockets"],
        ["SumSocket.Reports"] = ["SumSocket.Cli", "SumSocket.Measurement"],
        ["SumSocket.Commands"] = ["SumSocket.Cli", "SumSocket.Client", "SumSocket.Measurement", "SumSocket.Reports"],
        ["TcpServer"] = ["SumSocket.Cli", "SumSocket.Server"],
        ["UdpServer"] = ["SumSocket.Cli", "SumSocket.Server"],
        ["TcpClient"] = ["SumSocket.Cli", "SumSocket.Client", "SumSocket.Commands", "SumSocket.Server"],
        ["UdpClient"] = ["SumSocket.Cli", "SumSocket.Client", "SumSocket.Commands", "SumSocket.Server"],
    };

    private static readonly string _source = Path.GetFullPath(Path.Combine(ThisFolder(), "..", "..", "src"));

    [Fact]
    public void Projects_refer_to_exactly_what_the_house_allows()
    {
        var found = Directory.EnumerateFiles(_source, "*.csproj", SearchOption.AllDirectories).ToDictionary(
            path => Path.GetFileNameWithoutExtension(path),
            path => XDocument.Load(path).Descendants("ProjectReference")
                .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value))
                .Order(StringComparer.Ordinal).ToArray());
        found.Should().BeEquivalentTo(_allowed);
    }

    [Theory]
    [InlineData("SumSocket.Server")]
    [InlineData("SumSocket.Client")]
    public void TCP_and_UDP_never_see_each_other(string project)
    {
        foreach ((string own, string other) in ((string, string)[])[("Tcp", "Udp"), ("Udp", "Tcp")])
        {
            var mention = new Regex($@"\b{Regex.Escape(project)}\.{other}\b|(?<![\w.]){other}\.\w");
            SourceFiles(Path.Combine(_source, project, own))
                .Where(path => File.ReadLines(path).Any(mention.IsMatch)).Should().BeEmpty($"{own} and {other} share nothing but their parents");
        }
    }

    [Fact]
    public void No_file_is_longer_than_300_lines()
    {
        List<string> files = [.. SourceFiles(_source)];
        files.Should().NotBeEmpty();
        files.Where(path => File.ReadLines(path).Count() > 300).Should().BeEmpty();
    }

    private static IEnumerable<string> SourceFiles(string folder) => !Directory.Exists(folder) ? [] :
        Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal));

    private static string ThisFolder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
