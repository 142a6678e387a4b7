using FluentAssertions;
using SumSocket.Client;
using SumSocket.Client.Requests;
using Xunit;

namespace SumSocket.Tests.Client.Requests;

public sealed class AwaitedSumPoolTests
{
    [Fact]
    public void Rents_what_came_back_before_it_makes_more()
    {
        AwaitedSumPool pool = new(8);
        AwaitedSum[] first = [pool.Rent(null!), pool.Rent(null!), pool.Rent(null!)];
        foreach (AwaitedSum request in first)
            pool.Return(request);

        AwaitedSum[] second = [pool.Rent(null!), pool.Rent(null!), pool.Rent(null!)];

        second.Should().OnlyHaveUniqueItems().And.OnlyContain(request => first.Contains(request));
        first.Should().NotContain(pool.Rent(null!));
    }

    [Fact]
    public async Task Keeps_no_more_than_its_capacity()
    {
        AwaitedSumPool pool = new(1);
        AwaitedSum kept = pool.Rent(null!), passing = pool.Rent(null!);
        foreach (AwaitedSum request in (AwaitedSum[])[passing, kept])
        {
            ValueTask<SumResult> result = request.Begin(1, 2);
            request.Complete();
            await result; // which gives it back
        }

        pool.Rent(null!).Should().BeSameAs(kept);
        pool.Rent(null!).Should().NotBeSameAs(passing);
    }

    [Fact(Timeout = TestTimeout.Milliseconds)]
    public async Task Gives_nothing_to_two_when_many_give_back_at_once()
    {
        AwaitedSumPool pool = new(int.MaxValue);
        Lock gate = new();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(RentAndReturn)));

        void RentAndReturn()
        {
            AwaitedSum[] mine = new AwaitedSum[8];
            for (int i = 0; i < 20_000; i++)
            {
                for (int k = 0; k < mine.Length; k++)
                {
                    lock (gate)
                        mine[k] = pool.Rent(null!);
                    if (mine[k].Number != 0)
                        throw new InvalidOperationException("It is taken.");
                    mine[k].Number = 1;
                }

                foreach (AwaitedSum request in mine)
                {
                    request.Number = 0;
                    pool.Return(request);
                }
            }
        }
    }
}
