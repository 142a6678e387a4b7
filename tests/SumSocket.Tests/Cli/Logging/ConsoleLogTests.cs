using System.Text;
using FluentAssertions;
using Microsoft.Extensions.Logging;
using SumSocket.Cli.Logging;
using Xunit;

namespace SumSocket.Tests.Cli.Logging;

/// <summary>The log of a program, on a standard error of the test's own.</summary>
[Collection(Alone.Name)]
public sealed class ConsoleLogTests : IDisposable
{
    private readonly TextWriter _original = Console.Error;

    public void Dispose() => Console.SetError(_original);

    [Theory]
    [InlineData(LogLevel.Information, 11)]
    [InlineData(LogLevel.Debug, 30)] // in detail it is wanted whole
    public void Has_a_limit_of_lines_unless_it_is_in_detail(LogLevel level, int lines)
    {
        using StringWriter text = new();
        Console.SetError(text);

        using (ILoggerFactory log = ConsoleLog.Create(level))
            Write(log.CreateLogger("a"), 30);

        text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Should().HaveCount(lines);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Takes_lines_although_none_can_be_written()
    {
        using StalledWriter stalled = new();
        Console.SetError(stalled);
        using ILoggerFactory log = ConsoleLog.Create(LogLevel.Debug);
        ILogger logger = log.CreateLogger("a");

        await Task.Run(() => Write(logger, 50_000)).WaitAsync(TestTimeout.Span); // many more than the queue holds

        stalled.GoOn();
    }

    private static void Write(ILogger logger, int count)
    {
        for (int i = 0; i < count; i++)
            logger.Log(LogLevel.Warning, new EventId(1), "line", null, (state, _) => state);
    }

    /// <summary>A terminal or a pipe that takes nothing until it goes on.</summary>
    private sealed class StalledWriter : TextWriter
    {
        private readonly ManualResetEventSlim _goesOn = new();

        public override Encoding Encoding => Encoding.UTF8;

        public void GoOn() => _goesOn.Set();

        public override void Write(char value) => _goesOn.Wait();

        public override void Write(string? value) => _goesOn.Wait();

        protected override void Dispose(bool disposing)
        {
            _goesOn.Set(); // and stays so: the log may still be writing
            base.Dispose(disposing);
        }
    }
}
