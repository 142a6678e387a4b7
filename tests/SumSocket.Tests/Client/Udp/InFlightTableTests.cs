using FluentAssertions;
using SumSocket.Client.Requests;
using SumSocket.Client.Udp;
using SumSocket.Protocol;
using Xunit;

namespace SumSocket.Tests.Client.Udp;

public sealed class InFlightTableTests
{
    [Fact]
    public void Always_knows_what_is_due_first_and_finds_what_it_holds()
    {
        var random = new Random(5656);
        var pool = new AwaitedSumPool(1);
        var table = new InFlightTable();
        var held = new Dictionary<long, InFlightRequest>();
        for (long number = 1; number <= 20_000; number++)
        {
            AwaitedSum request = pool.Rent(null!);
            request.Number = number;
            held.Add(number, table.Add(request, random.Next(1000)));
            if (random.Next(3) == 0)
                table.Reschedule(Any(), random.Next(1000));
            while (held.Count > 0 && random.Next(held.Count < 300 ? 4 : 1) == 0)
                held.Remove(table.Remove(random.Next(2) == 0 ? Any() : table.Earliest!).Number);
            table.Count.Should().Be(held.Count);
            table.Earliest?.Due.Should().Be(held.Values.Min(outstanding => outstanding.Due));
            if (number % 100 == 0)
                held.Should().OnlyContain(pair => table.Find(pair.Key) == pair.Value);
        }

        held.Count.Should().BeGreaterThan(100);
        table.Find(0).Should().BeNull();

        InFlightRequest Any() => held.ElementAt(random.Next(held.Count)).Value;
    }

    [Fact]
    public void Without_ids_it_finds_the_oldest_that_an_answer_can_be_to()
    {
        var random = new Random(5657);
        var pool = new AwaitedSumPool(1);
        var table = new InFlightTable(byId: false);
        var held = new List<InFlightRequest>();
        long[] addends = [0, 1, 2, long.MaxValue, long.MinValue];
        for (long number = 1; number <= 5_000; number++)
        {
            AwaitedSum request = pool.Rent(null!);
            _ = request.Begin(addends[random.Next(addends.Length)], addends[random.Next(addends.Length)]).AsTask();
            request.Number = number;
            held.Add(table.Add(request, due: number));
            while (held.Count > 0 && random.Next(held.Count < 50 ? 3 : 1) == 0)
            {
                InFlightRequest gone = held[random.Next(held.Count)];
                held.Remove(gone);
                table.Remove(gone);
            }

            foreach (long sum in (long[])[0, 1, 2, 4, long.MinValue, -1])
                table.Match(new Response(sum)).Should().Be(held.Find(one => unchecked(one.Request.A + one.Request.B) == sum));
            table.Match(new Response(0, null, ErrorCode.Overflow)).Should()
                .Be(held.Find(one => !new Request(one.Request.A, one.Request.B).TryAdd(out _)));
        }

        table.Match(new Response(1, 7)).Should().BeNull("it has an id, and none was sent");
    }

    [Fact]
    public void Of_requests_that_are_never_due_the_oldest_is_first()
    {
        var pool = new AwaitedSumPool(1);
        var table = new InFlightTable();
        for (long number = 1; number <= 100; number++)
        {
            AwaitedSum request = pool.Rent(null!);
            request.Number = number;
            table.Add(request, long.MaxValue);
        }

        for (long number = 1; number <= 100; number++)
            table.Remove(table.Earliest!).Number.Should().Be(number);
    }
}
