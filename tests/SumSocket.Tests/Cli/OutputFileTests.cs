using FluentAssertions;
using SumSocket.Cli;
using Xunit;

namespace SumSocket.Tests.Cli;

/// <summary>An older result stays until the new one is whole.</summary>
public sealed class OutputFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sumsocket").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Name(string name = "result.json") => Path.Combine(_folder, name);

    [Fact]
    public void An_older_result_is_replaced_when_the_new_one_is_complete()
    {
        File.WriteAllText(Name(), "an older and longer one");
        using (Stream output = Begin(Name()))
        {
            output.Write("new"u8);
            new FileInfo(Name()).Length.Should().Be("an older and longer one".Length);
            OutputFile.Complete(output);
        }

        File.ReadAllText(Name()).Should().Be("new");
        Directory.GetFiles(_folder).Should().ContainSingle();
    }

    [Fact]
    public void An_older_result_stays_as_it_was_when_the_new_one_is_not_completed()
    {
        File.WriteAllText(Name(), "older");
        using (Stream output = Begin(Name()))
            output.Write("half of"u8);

        File.ReadAllText(Name()).Should().Be("older");
        Directory.GetFiles(_folder).Should().ContainSingle("what was written beside it is gone");
    }

    [Fact]
    public void What_a_killed_run_left_beside_it_is_no_obstacle()
    {
        File.WriteAllText(Name(), "older");
        File.WriteAllText(Name(".result.json.partial"), "of a run that was killed");
        using (Stream output = Begin(Name()))
        {
            output.Write("new"u8);
            OutputFile.Complete(output);
        }

        File.ReadAllText(Name()).Should().Be("new");
        Directory.GetFiles(_folder).Should().ContainSingle();
    }

    [Fact]
    public void A_new_file_is_written_directly_so_that_it_can_be_followed()
    {
        using Stream output = Begin(Name());
        output.Write("a line"u8);

        new FileInfo(Name()).Length.Should().Be("a line".Length);
    }

    [Fact]
    public void It_keeps_the_mode_of_a_file_and_follows_links()
    {
        if (OperatingSystem.IsWindows())
            return; // files have no mode
        File.WriteAllText(Name("real.json"), "older");
        UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherWrite;
        File.SetUnixFileMode(Name("real.json"), mode);
        File.CreateSymbolicLink(Name("link.json"), Name("real.json"));
        using (Stream output = Begin(Name("link.json")))
        {
            output.Write("new"u8);
            OutputFile.Complete(output);
        }

        new FileInfo(Name("link.json")).LinkTarget.Should().Be(Name("real.json"));
        File.ReadAllText(Name("real.json")).Should().Be("new");
        File.GetUnixFileMode(Name("real.json")).Should().Be(mode);
    }

    [Fact]
    public void A_device_is_written_directly()
    {
        using OutputFile output = Begin("/dev/null");

        output.Write("anything"u8);

        output.IsReplaced.Should().BeFalse();
    }

    [Fact]
    public void What_cannot_be_written_is_said_in_words_of_ours()
    {
        Refusal(_folder).Should().Be($"-o: cannot write '{_folder}': it is a directory");
        Refusal(Name("no/such.json")).Should().EndWith("there is no such directory");
        using Stream other = OutputFile.Open("-o", Name());
        Refusal(Name()).Should().EndWith("another program is writing it");
    }

    private static OutputFile Begin(string file)
    {
        OutputFile output = OutputFile.Open("-o", file);
        OutputFile.Empty(output);
        return output;
    }

    private static string Refusal(string file)
    {
        Action open = () => OutputFile.Open("-o", file).Dispose();
        CommandFailedException failure = open.Should().Throw<CommandFailedException>().Which;
        failure.ExitCode.Should().Be(ExitCode.Usage);
        return failure.Message;
    }
}
