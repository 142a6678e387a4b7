using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using FluentAssertions;
using SumSocket.Client;
using SumSocket.Commands.Sum;
using SumSocket.Protocol;
using SumSocket.Tests.Measurement;
using Xunit;

namespace SumSocket.Tests.Commands.Sum;

public class SumFilterTests
{
    private readonly List<string> _complaints = [];

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Prints_sums_in_the_order_of_the_lines_whatever_the_order_of_the_answers()
    {
        List<(TaskCompletionSource<SumResult> Answer, long Sum)> sent = [];
        ScriptedClient client = new((a, b, _) =>
        {
            TaskCompletionSource<SumResult> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
            sent.Add((answer, a + b));
            if (sent.Count == 4) // a whole window, answered backwards
            {
                foreach ((TaskCompletionSource<SumResult> one, long sum) in Enumerable.Reverse(sent))
                    one.SetResult(new SumResult(SumOutcome.Sum, sum));
            }

            return new ValueTask<SumResult>(answer.Task);
        });

        string output = await FilterAsync(client, 4, "1 1\n2,2\n{\"A\":3,\"B\":3}\n4 4");

        output.Should().Be("2\n4\n6\n8\n");
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Reports_bad_lines_by_number_and_goes_on()
    {
        SumFilter filter = Filter(
            Adding(), 8, "\uFEFF7 4\r\n\n  \nseven\n1 1\n" + new string('1', 5_000) + "\n2 2\n", out MemoryStream output);

        await filter.RunAsync(TestContext.Current.CancellationToken);

        Text(output).Should().Be("11\n2\n4\n");
        _complaints.Should().Equal($"4: {PairParser.Expected}", "6: longer than 4096 bytes");
        (filter.Missing, filter.Unanswered).Should().Be((2, 0));
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task A_snapshot_says_how_far_it_is()
    {
        TaskCompletionSource<SumResult> held = new();
        ScriptedClient client = new((a, b, _) => a == 4
            ? new ValueTask<SumResult>(held.Task) : ValueTask.FromResult(new SumResult(SumOutcome.Sum, a + b)));
        SumFilter filter = Filter(client, 2, "1 1\n2 2\nthree\n4 4\n5 5\n", out _);

        string before = filter.Snapshot();
        Task run = filter.RunAsync(TestContext.Current.CancellationToken);
        string meanwhile = filter.Snapshot();
        held.SetResult(new SumResult(SumOutcome.Sum, 8));
        await run;

        before.Should().Be("0 lines read, 0 sums, 0 without a sum, 0 waiting for theirs");
        meanwhile.Should().MatchRegex("^[45] lines read, 2 sums, 1 without a sum, [01] waiting for theirs$");
        filter.Snapshot().Should().Be("5 lines read, 4 sums, 1 without a sum, 0 waiting for theirs");
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Keeps_the_place_of_a_pair_that_gets_no_sum()
    {
        ScriptedClient client = new((a, b, _) => ValueTask.FromResult(a switch
        {
            1 => new SumResult(SumOutcome.ServerError, 0, ErrorCode.Overflow),
            2 => new SumResult(SumOutcome.TimedOut),
            3 => new SumResult(SumOutcome.WrongAnswer, 99),
            _ => new SumResult(SumOutcome.Sum, a + b),
        }));
        SumFilter filter = Filter(client, 2, "0 0\n1 0\n2 0\n3 0\n4 0\n", out MemoryStream output);

        await filter.RunAsync(TestContext.Current.CancellationToken);

        Text(output).Should().Be("0\nerror: overflow\nerror: timed out\nerror: wrong answer\n4\n");
        _complaints.Should().Equal("2: overflow", "3: timed out", "4: wrong answer");
        (filter.Missing, filter.Unanswered, filter.WrongAnswers).Should().Be((3, 3, 1));
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Asks_no_further_ahead_than_its_window()
    {
        TaskCompletionSource<SumResult> first = new(TaskCreationOptions.RunContinuationsAsynchronously);
        ScriptedClient client = new((a, b, _) =>
            a == 0 ? new ValueTask<SumResult>(first.Task) : ValueTask.FromResult(new SumResult(SumOutcome.Sum, a + b)));
        string input = string.Concat(Enumerable.Range(0, 10_000).Select(i => $"{i} 1\n"));
        SumFilter filter = Filter(client, 64, input, out MemoryStream output);

        Task run = filter.RunAsync(TestContext.Current.CancellationToken);
        client.Calls.Should().Be(64);
        first.SetResult(new SumResult(SumOutcome.Sum, 1));
        await run;

        Text(output).Should().Be(string.Concat(Enumerable.Range(1, 10_000).Select(i => $"{i}\n")));
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Answers_each_line_at_once_while_the_input_stays_open()
    {
        Pipe input = new();
        Pipe output = new();
        SumFilter filter = new(Adding(), 8, input.Reader.AsStream(), output.Writer.AsStream(), Describe, Complain);
        Task run = filter.RunAsync(TestContext.Current.CancellationToken);
        using StreamReader answers = new(output.Reader.AsStream());

        for (int i = 0; i < 3; i++)
        {
            await input.Writer.WriteAsync(Encoding.ASCII.GetBytes($"{i} 1\n"));
            (await answers.ReadLineAsync()).Should().Be((i + 1).ToString(CultureInfo.InvariantCulture));
        }

        await input.Writer.CompleteAsync();
        await run;
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Answers_what_was_sent_when_stopped_while_it_reads()
    {
        Pipe input = new();
        await input.Writer.WriteAsync("1 1\n2 2\n3"u8.ToArray());
        using MemoryStream output = new();
        SumFilter filter = new(Adding(), 8, input.Reader.AsStream(), output, Describe, Complain);
        using CancellationTokenSource stop = new();

        Task run = filter.RunAsync(stop.Token);
        await stop.CancelAsync();
        await run;

        Text(output).Should().Be("2\n4\n");
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Counts_for_metrics_what_became_of_each_request()
    {
        ScriptedClient client = new((a, b, _) => ValueTask.FromResult(
            a == 1 ? new SumResult(SumOutcome.TimedOut) : new SumResult(SumOutcome.Sum, a + b)));
        SumFilter filter = Filter(client, 4, "\n1 1\n2 2\nnone\n3 3\n \n4 4\n5 5\n6 6", out _);

        await filter.RunAsync(TestContext.Current.CancellationToken);

        filter.Totals.Outcomes().Should().BeEquivalentTo([((string?)null, 5L), ("timed_out", 1L)]);
        filter.Totals.Active!().Should().Be(0);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Allocates_nothing_per_line()
    {
        async Task<long> MeasureAsync(int lines)
        {
            byte[] input = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, lines).Select(i => $"{i} -1\n")));
            SumFilter filter = new(Adding(), 1024, new MemoryStream(input), Stream.Null, Describe, Complain);
            long before = GC.GetAllocatedBytesForCurrentThread();
            await filter.RunAsync(CancellationToken.None); // completes without leaving this thread
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        await MeasureAsync(1_000);
        long few = await MeasureAsync(1_000);
        long many = await MeasureAsync(200_000);

        (many - few).Should().BeLessThan(20_000);
    }

    private static ScriptedClient Adding() => new((a, b, _) => ValueTask.FromResult(new SumResult(SumOutcome.Sum, a + b)));

    private async Task<string> FilterAsync(ScriptedClient client, int window, string input)
    {
        await Filter(client, window, input, out MemoryStream output).RunAsync(TestContext.Current.CancellationToken);
        return Text(output);
    }

    private SumFilter Filter(ScriptedClient client, int window, string input, out MemoryStream output) =>
        new(client, window, new MemoryStream(Encoding.UTF8.GetBytes(input)), output = new MemoryStream(), Describe, Complain);

    private static string Describe(SumResult result) => SumFailure.Describe(result, trouble: null);

    private void Complain(long line, string why) => _complaints.Add($"{line}: {why}");

    private static string Text(MemoryStream output) => Encoding.ASCII.GetString(output.ToArray());
}
