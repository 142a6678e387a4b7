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

        ids.ClassifyStray(answered).Should().Be(DatagramFate.Duplicate);
        ids.ClassifyStray(unanswered).Should().Be(DatagramFate.Late);
        ids.ClassifyStray(unanswered).Should().Be(DatagramFate.Duplicate, "it has its answer now, late as it was");
        ids.ClassifyStray(answered - 1).Should().Be(DatagramFate.Foreign);
        ids.ClassifyStray(unanswered + 1).Should().Be(DatagramFate.Foreign);
    }

    [Fact]
    public void Remembers_so_many_and_confuses_none_with_an_older_one()
    {
        var ids = new IssuedIds(new Random(1));
        long first = ids.Issue(), second = ids.Issue();
        ids.MarkAnswered(first);
        for (int i = 2; i < IssuedIds.Remembered; i++)
            ids.Issue();
        ids.ClassifyStray(first).Should().Be(DatagramFate.Duplicate);

        long takesItsPlace = ids.Issue();
        ids.ClassifyStray(first).Should().Be(DatagramFate.Late, "it is no longer known");
        ids.MarkAnswered(first);
        ids.ClassifyStray(takesItsPlace).Should().Be(DatagramFate.Late, "it was not answered, only the one that had its place was");
        ids.ClassifyStray(second).Should().Be(DatagramFate.Late);
    }
}
