using FluentAssertions;
using SumSocket.Cli.Terminal;
using Xunit;

namespace SumSocket.Tests.Cli.Terminal;

public sealed class StandardErrorTests
{
    [Fact]
    public void Writing_to_a_full_disk_is_no_failure()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "this system has no /dev/full");
        using FileStream full = new("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        full.Invoking(file => file.Write([1])).Should().Throw<IOException>("it is full");
        using TextWriter error = StandardError.Writer(() => full);

        error.WriteLine("what went wrong");
        error.WriteLine(new string('x', 100_000));
    }

    [Fact]
    public void One_that_cannot_be_opened_is_no_failure()
    {
        using TextWriter error = StandardError.Writer(() => throw new UnauthorizedAccessException("closed"));

        error.WriteLine("what went wrong");
    }

    [Fact]
    public void Is_opened_once_and_each_line_arrives_at_once()
    {
        using MemoryStream stream = new();
        int opened = 0;
        using TextWriter error = StandardError.Writer(() =>
        {
            opened++;
            return stream;
        });
        opened.Should().Be(0);

        error.WriteLine("ä");
        stream.ToArray().Should().Equal([.. "ä\n"u8.ToArray()]);
        error.WriteLine("b");

        opened.Should().Be(1);
        stream.ToArray().Should().Equal([.. "ä\nb\n"u8.ToArray()]);
    }
}
