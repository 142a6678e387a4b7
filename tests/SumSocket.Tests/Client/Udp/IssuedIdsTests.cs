using FluentAssertions;
using SumSocket.Client.Udp;
using Xunit;

namespace SumSocket.Tests.Client.Udp;

public sealed class IssuedIdsTests
{
    [Fact]
    public void Starts_at_random_and_counts_up()
    {
        var starts = new HashSet<long>();
        for (int seed = 0; seed < 100; seed++)
        {
            var ids = new IssuedIds(new Random(seed));
            long first = ids.Issue();
            first.Should().BeInRange(1, 1L << 62);
            ids.Issue().Should().Be(first + 1);
            starts.Add(first);
        }

        starts.Should().HaveCount(100);
    }

    [Fact]
    public void Tells_doubled_late_and_foreign_apart()
    {
        var ids = new IssuedIds(new Random(1));
        long answered = ids.Issue(), unanswered = ids.Issue();
        ids.MarkAnswered(answered);

        ids.ClassifyStray(answered, out _).Should().Be(DatagramCounter.Duplicate);
        ids.ClassifyStray(unanswered, out _).Should().Be(DatagramCounter.Late);
        ids.ClassifyStray(unanswered, out _).Should().Be(DatagramCounter.Duplicate, "it has its answer now, late as it was");
        ids.ClassifyStray(answered - 1, out _).Should().Be(DatagramCounter.Foreign);
        ids.ClassifyStray(unanswered + 1, out _).Should().Be(DatagramCounter.Foreign);
    }

    [Fact]
    public void Tells_which_first_answers_came_after_one_to_a_later_request()
    {
        var ids = new IssuedIds(new Random(1));
        long[] id = [.. Enumerable.Range(0, 5).Select(_ => ids.Issue())];

        ids.MarkAnswered(id[0]).Should().BeFalse();
        ids.MarkAnswered(id[3]).Should().BeFalse();
        ids.MarkAnswered(id[1]).Should().BeTrue();
        ids.ClassifyStray(id[2], out bool late).Should().Be(DatagramCounter.Late);
        late.Should().BeTrue("a late answer may be reordered as well");
        ids.ClassifyStray(id[2], out bool doubled).Should().Be(DatagramCounter.Duplicate);
        doubled.Should().BeFalse("only first answers count");
        ids.MarkAnswered(id[4]).Should().BeFalse();
    }

    [Fact]
    public void Remembers_so_many_and_confuses_none_with_an_older_one()
    {
        var ids = new IssuedIds(new Random(1));
        long first = ids.Issue(), second = ids.Issue();
        ids.MarkAnswered(first);
        for (int i = 2; i < IssuedIds.Remembered; i++)
            ids.Issue();
        ids.ClassifyStray(first, out _).Should().Be(DatagramCounter.Duplicate);

        long takesItsPlace = ids.Issue();
        ids.ClassifyStray(first, out _).Should().Be(DatagramCounter.Late, "it is no longer known");
        ids.MarkAnswered(first);
        ids.ClassifyStray(takesItsPlace, out _).Should().Be(DatagramCounter.Late, "it was not answered, only the one that had its place was");
        ids.ClassifyStray(second, out _).Should().Be(DatagramCounter.Late);
    }
}
