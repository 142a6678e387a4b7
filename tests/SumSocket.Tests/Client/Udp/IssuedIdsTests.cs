using FluentAssertions;
using SumSocket.Client.Udp;
using Xunit;

namespace SumSocket.Tests.Client.Udp;

public sealed class IssuedIdsTests
{
    private const long First = 1000;

    private readonly IssuedIds _ids = new(First);
    private long _last = First - 1;

    [Fact]
    public void Starts_at_random()
    {
        IEnumerable<long> starts = Enumerable.Range(0, 100).Select(seed => IssuedIds.DrawFirst(new Random(seed)));
        starts.Should().OnlyHaveUniqueItems().And.OnlyContain(first => first >= 1 && first <= 1L << 62);
    }

    [Fact]
    public void Remembers_nothing_of_an_id_that_was_skipped()
    {
        long skipped = First + 1;
        Issue();
        _ids.Issue(skipped + 1);
        _ids.ClassifyStray(skipped, out _).Should().Be(DatagramCounter.Late);
        _ids.ClassifyStray(skipped + 2, out _).Should().Be(DatagramCounter.Foreign);
    }

    [Fact]
    public void Distinguishes_doubled_late_and_foreign()
    {
        long answered = Issue(), unanswered = Issue();
        _ids.MarkAnswered(answered);

        _ids.ClassifyStray(answered, out _).Should().Be(DatagramCounter.Duplicate);
        _ids.ClassifyStray(unanswered, out _).Should().Be(DatagramCounter.Late);
        _ids.ClassifyStray(unanswered, out _).Should().Be(DatagramCounter.Duplicate, "it has its answer now, late as it was");
        _ids.ClassifyStray(answered - 1, out _).Should().Be(DatagramCounter.Foreign);
        _ids.ClassifyStray(unanswered + 1, out _).Should().Be(DatagramCounter.Foreign);
    }

    [Fact]
    public void Reports_which_first_answers_came_after_one_to_a_later_request()
    {
        long[] id = [.. Enumerable.Range(0, 5).Select(_ => Issue())];

        _ids.MarkAnswered(id[0]).Should().BeFalse();
        _ids.MarkAnswered(id[3]).Should().BeFalse();
        _ids.MarkAnswered(id[1]).Should().BeTrue();
        _ids.ClassifyStray(id[2], out bool late).Should().Be(DatagramCounter.Late);
        late.Should().BeTrue("a late answer may be reordered as well");
        _ids.ClassifyStray(id[2], out bool doubled).Should().Be(DatagramCounter.Duplicate);
        doubled.Should().BeFalse("only first answers count");
        _ids.MarkAnswered(id[4]).Should().BeFalse();
    }

    [Fact]
    public void Remembers_so_many_and_confuses_none_with_an_older_one()
    {
        long first = Issue(), second = Issue();
        _ids.MarkAnswered(first);
        for (int i = 2; i < IssuedIds.Remembered; i++)
            Issue();
        _ids.ClassifyStray(first, out _).Should().Be(DatagramCounter.Duplicate);

        long takesItsPlace = Issue();
        _ids.ClassifyStray(first, out _).Should().Be(DatagramCounter.Late, "it is no longer known");
        _ids.MarkAnswered(first);
        _ids.ClassifyStray(takesItsPlace, out _).Should()
            .Be(DatagramCounter.Late, "it was not answered, only the one that had its place was");
        _ids.ClassifyStray(second, out _).Should().Be(DatagramCounter.Late);
    }

    private long Issue()
    {
        _ids.Issue(++_last);
        return _last;
    }
}
