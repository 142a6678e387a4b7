using System.Text;
using FluentAssertions;
using SumSocket.Commands.Bench.Live;
using Xunit;

namespace SumSocket.Tests.Commands.Bench.Live;

public sealed class LiveScreenTests : IDisposable
{
    private readonly MemoryStream _terminal = new();
    private (int Columns, int Rows) _size = (80, 24);

    [Fact]
    public void Draws_in_place_and_leaves_nothing()
    {
        using LiveScreen screen = Screen();

        screen.Draw(["one", "two"]);
        Written().Should().Be("\rone\e[K\ntwo\e[K\n\e[J");
        screen.Draw(["three"]);
        Written().Should().Be("\r\e[2Athree\e[K\n\e[J");
        screen.Erase();
        Written().Should().Be("\r\e[1A\e[K\e[B\e[J\e[A");
        screen.Erase();
        Written().Should().BeEmpty("there is nothing to erase");
    }

    [Fact]
    public void Finds_the_first_line_again_when_the_terminal_has_broken_lines_to_make_them_fit()
    {
        using LiveScreen screen = Screen();
        screen.Draw(["\e[2m" + new string('x', 79) + "\e[0m", "", new string('y', 40)]);
        Written();

        _size = (40, 24);

        screen.Draw(["z"]);
        Written().Should().StartWith("\r\e[4Az", "79 columns are two rows now, and nothing is one");
    }

    [Fact]
    public void Draws_no_more_lines_than_there_is_room_for()
    {
        using LiveScreen screen = Screen();
        _size = (80, 3);

        screen.Draw(["one", "two", "three"]);

        Written().Should().Be("\rone\e[K\ntwo\e[K\n\e[J");
    }

    [Fact]
    public void What_else_is_written_stands_above()
    {
        using LiveScreen screen = Screen();
        StringBuilder order = new();
        screen.WhenInterrupted(() => order.Append('!'));
        using InterleavedWriter error = new(screen, new StreamWriter(_terminal) { AutoFlush = true });
        screen.Draw(["one"]);
        Written();

        error.Write("a warning\n");
        Written().Should().Be("\r\e[1A\e[K\e[B\e[J\e[Aa warning\n");
        order.ToString().Should().Be("!");
        screen.Draw(["one"]);
        Written().Should().Be("\rone\e[K\n\e[J");
    }

    [Fact]
    public void A_line_that_is_being_written_is_not_drawn_over()
    {
        using LiveScreen screen = Screen();
        using InterleavedWriter error = new(screen, new StreamWriter(_terminal) { AutoFlush = true });

        error.Write("half a ");
        screen.Draw(["one"]);
        error.Write("line\n");
        screen.Draw(["one"]);

        Written().Should().Be("half a line\n\rone\e[K\n\e[J");
    }

    public void Dispose() => _terminal.Dispose();

    private LiveScreen Screen() => new(_terminal, () => _size);

    private string Written()
    {
        string text = Encoding.UTF8.GetString(_terminal.ToArray());
        _terminal.SetLength(0);
        return text;
    }
}
