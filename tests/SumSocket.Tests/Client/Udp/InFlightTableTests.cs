using FluentAssertions;
using SumSocket.Client.Requests;
using SumSocket.Client.Udp;
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
}
